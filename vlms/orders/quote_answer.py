"""A quote as an answer: typed values in, one JSON object or a few readable lines out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.core.errors import DomainError
from vlms.core.text import _, sentences
from vlms.orders.errors import OrderRefused
from vlms.orders.rules.pricing import LineRequest, quote_line
from vlms.orders.rules.reading import (
    read_cap,
    read_currency,
    read_day,
    read_optional_day,
    read_quantity,
    read_unit_price,
    read_yes,
)
from vlms.orders.rules.trace import LineTrace, price_text

COLUMNS = (
    "unit_price",
    "currency",
    "quantity",
    "ordered_on",
    "term_start",
    "term_end",
    "twelve_months",
    "anchor_end",
    "cap_months",
)
Answer = dict[str, Any]


def answer_typed(typed: Mapping[str, str]) -> Answer:
    """Quote the typed values of COLUMNS: the trace, or the refusal with its rule.

    Raises BadInput for a value that cannot be read.
    """
    request = read_request(typed)
    try:
        return _quoted(quote_line(request))
    except OrderRefused as refusal:
        return _refused(request, refusal)


def read_request(typed: Mapping[str, str]) -> LineRequest:
    """The request that the typed values make; BadInput names the first bad one."""
    return LineRequest(
        unit_price=read_unit_price(typed["unit_price"]),
        currency=read_currency(typed["currency"]),
        quantity=read_quantity(typed["quantity"]),
        ordered_on=read_day(typed["ordered_on"], "ordered_on"),
        term_start=read_day(typed["term_start"], "term_start"),
        term_end=read_day(typed["term_end"], "term_end"),
        twelve_months=read_yes(typed["twelve_months"], "twelve_months"),
        anchor_end=read_optional_day(typed["anchor_end"], "anchor_end"),
        cap_months=read_cap(typed["cap_months"]),
    )


def error_answer(error: DomainError) -> Answer:
    """What could not be read, as an object."""
    return {"error": full_sentence(error), "field": error.field}


def full_sentence(error: DomainError) -> str:
    """What is wrong and what to do next."""
    return sentences(error.sentence, error.way_out or "")


def _quoted(trace: LineTrace) -> Answer:
    facts = trace.to_json()
    del facts["source"]  # nothing is known of where a typed price comes from
    outcome = {"refused": None, "reason": None, "way_out": None, "next_period": None}
    return {**facts, "rounding": str(trace.rounding), "before_tax": True, **outcome}


def _refused(request: LineRequest, refusal: OrderRefused) -> Answer:
    offer = refusal.facts.get("next_period")
    return {
        **dict.fromkeys(_UNKNOWN_WHEN_REFUSED),
        "ordered_on": request.ordered_on.isoformat(),
        "months": refusal.facts.get("months"),
        "cap_months": request.cap_months,
        "asked_twelve_months": request.twelve_months,
        "anchor_end": request.anchor_end.isoformat() if request.anchor_end else None,
        "unit_price": f"{request.unit_price:f}",
        "currency": request.currency,
        "quantity": request.quantity,
        "rules": [refusal.rule],
        "before_tax": True,
        "refused": refusal.rule,
        "reason": str(refusal.sentence),
        "way_out": None if refusal.way_out is None else str(refusal.way_out),
        "next_period": offer and {"start": offer[0].isoformat(), "end": offer[1].isoformat()},
    }


_UNKNOWN_WHEN_REFUSED = (
    "charge_start",
    "charge_end",
    "twelve_months",
    "amount",
    "exact",
    "formula",
    "valid_until",
    "rounding",
)


def readable_lines(typed: Mapping[str, str]) -> list[str]:
    """The answer for a person, a fact a line. Raises BadInput."""
    request = read_request(typed)
    try:
        return _trace_lines(quote_line(request))
    except OrderRefused as refusal:
        return [str(_("Refused by rule %(rule)s.", rule=refusal.rule)), full_sentence(refusal)]


def _trace_lines(trace: LineTrace) -> list[str]:
    facts = [
        (_("Amount before tax"), trace.amount),
        (_("Reckoned as"), trace.shown_formula),
        (_("Unit price for 12 months"), price_text(trace.unit_price, trace.currency)),
        (_("Quantity"), trace.quantity),
        (_("Whole months"), trace.months),
        (_("First day"), trace.start),
        (_("Last day"), trace.end),
        (_("Valid until"), trace.valid_until),
        (_("Rules"), ", ".join(trace.rules)),
    ]
    if trace.anchor_end is not None:
        facts.insert(-2, (_("Ends with the running 12-month order"), trace.anchor_end))
    return [f"{label}: {fact}" for label, fact in facts] + [str(trace.rounding)]


def summary(answer: Answer) -> str:
    """One line of an answer among many."""
    if "error" in answer:
        return str(answer["error"])
    if answer["refused"]:
        return f"{answer['refused']}: {answer['reason']} {answer['way_out'] or ''}".rstrip()
    days = f"{answer['charge_start']} – {answer['charge_end']}"
    return f"{answer['formula']} {answer['currency']}, {days}"
