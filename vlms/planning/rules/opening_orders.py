"""Judges the orders of a moving-in: what their lines say must be possible (O1, O4, P1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from vlms.core.errors import BadInput
from vlms.core.money import Money, minor_digits
from vlms.core.text import Text, _
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.rules.trace import exact_amount, rounded
from vlms.planning.rules.opening_facts import AgreementFacts, LineFacts, ProductFacts, Steps

_STEPS = ("ordered_on", "processed_on", "acknowledged_on", "invoiced_on", "fulfilled_on")


def line_of(
    values: Mapping[str, Any], agreement: AgreementFacts, product: ProductFacts
) -> LineFacts:
    """What a row says. Raises BadInput for an amount that the currency cannot hold (P3)."""
    steps = Steps(*(values[name] for name in _STEPS))
    delivered = values["delivered"]
    if delivered is None:
        delivered = values["quantity"] if steps.fulfilled_on else 0
    return LineFacts(
        order=values["order"],
        position=values["line"] or 1,
        agreement=agreement,
        product=product,
        quantity=values["quantity"],
        delivered=delivered,
        charge_type=values["type"],
        months=values["months"],
        unit_price=values["unit_price"],
        amount=_money(values["amount"], agreement.currency),
        charge_start=values["charge_start"],
        charge_end=values["charge_end"],
        steps=steps,
        purchase_order=values["purchase_order"],
        cost_centre=values["cost_centre"],
    )


def _money(amount: Decimal, currency: str) -> Money:
    digits = minor_digits(currency)
    if amount != round(amount, digits):
        raise BadInput(
            "P3",
            _(
                "The amount %(amount)s has more decimals than %(currency)s has.",
                amount=f"{amount:f}",
                currency=currency,
            ),
            field="amount",
            way_out=_(
                "Enter the amount as it was invoiced, with %(digits)s decimals.", digits=digits
            ),
        )
    return Money.of(amount, currency)


def wrong_in_line(line: LineFacts, today: date) -> Iterator[BadInput]:
    """Everything that is wrong with a line by itself; `today` in the agreement's zone."""
    yield from _wrong_steps(line.steps, today)
    yield from _wrong_days(line)
    if line.product.is_entitlement or not (line.product.yields_codes or line.product.is_site_pack):
        yield _bad(
            "O1",
            "product",
            _("This product is not ordered."),
            _("List it on the sheet of entitlements."),
        )
    yield from _wrong_delivery(line)


def _wrong_steps(steps: Steps, today: date) -> Iterator[BadInput]:
    days = steps.in_order()
    for (name, before), (_name, after) in pairwise(zip(_STEPS, days, strict=True)):
        if before is None and after is not None:
            yield _bad(
                "O4",
                name,
                _("A later step has a day, and this one has none."),
                _("Enter the day of each step until the last one that was taken."),
            )
        elif before is not None and after is not None and after < before:
            yield _bad(
                "O4",
                _name,
                _("This step is said to be before the one that it follows."),
                _("Enter a day from %(day)s on.", day=before),
            )
    late = [(name, day) for name, day in zip(_STEPS, days, strict=True) if day and day > today]
    for name, day in late:
        yield _bad(
            "O4",
            name,
            _("%(day)s is still to come.", day=day),
            _("Enter what has happened until %(day)s.", day=today),
        )


def _wrong_days(line: LineFacts) -> Iterator[BadInput]:
    agreement = line.agreement
    if line.charge_end < line.charge_start:
        yield _bad(
            "P1",
            "charge_end",
            _("The charge ends before it starts."),
            _("Enter a day from %(day)s on.", day=line.charge_start),
        )
    if not agreement.first_day <= line.charge_start <= agreement.last_day:
        yield _outside("charge_start", agreement)
    if line.charge_end > agreement.last_day:
        yield _outside("charge_end", agreement)
    if line.steps.ordered_on > agreement.last_day:
        yield _outside("ordered_on", agreement)


def _outside(field: str, agreement: AgreementFacts) -> BadInput:
    return _bad(
        "O1",
        field,
        _("This day is outside the agreement %(number)s.", number=agreement.number),
        _(
            "Enter a day from %(first)s to %(last)s.",
            first=agreement.first_day,
            last=agreement.last_day,
        ),
    )


def _wrong_delivery(line: LineFacts) -> Iterator[BadInput]:
    if line.delivered > line.quantity:
        yield _bad(
            "O4",
            "delivered",
            _("More was delivered than was ordered."),
            _("Enter %(quantity)s or less.", quantity=line.quantity),
        )
    steps = line.steps
    # O4: a site pack opens once it is processed; all else follows the invoice.
    may_begin = steps.processed_on if line.product.is_site_pack else steps.invoiced_on
    if line.delivered and may_begin is None:
        yield _bad(
            "O4",
            "delivered",
            _("Nothing is delivered of an order before its invoice."),
            _("Enter the days of the order's steps, or 0."),
        )
    if steps.fulfilled_on and not line.delivered:
        yield _bad(
            "O4",
            "fulfilled_on",
            _("The order is fulfilled, and nothing was delivered."),
            _("Enter how many were delivered, or no day of fulfilment."),
        )


def unlike_first(line: LineFacts, first: LineFacts) -> BadInput | None:
    """Lines of one order tell the same of the order; what a later one tells otherwise."""
    told = (line.agreement.number, line.steps, line.purchase_order, line.cost_centre)
    if told == (first.agreement.number, first.steps, first.purchase_order, first.cost_centre):
        return None
    return _bad(
        "O4",
        "order",
        _("This line tells its agreement, days or numbers otherwise than the order's first line."),
        _("Give every line of an order the same agreement, days, purchase order and cost centre."),
    )


def note_on_amount(line: LineFacts) -> Text | None:
    """That the amount is not what P1 gives: it stays as it was invoiced."""
    reckoned = rounded(
        exact_amount(line.unit_price, line.quantity, line.months), line.amount.currency
    )
    if reckoned == line.amount:
        return None
    return _(
        "By the months it would be %(reckoned)s; the amount stays as it was invoiced.",
        reckoned=reckoned,
    )


def state_of(steps: Steps, *, is_whole: bool) -> OrderState:
    """How the order stands; `is_whole`: everything of it was delivered."""
    if steps.fulfilled_on:
        return OrderState.CLOSED if is_whole else OrderState.FULFILLED
    if steps.invoiced_on:
        return OrderState.INVOICED
    if steps.acknowledged_on:
        return OrderState.ACKNOWLEDGED
    return OrderState.PROCESSED if steps.processed_on else OrderState.PLACED


def uncounted(line: LineFacts, count: int) -> BadInput | None:
    """I1: what was paid for and delivered is the sum of the states, or the line breaks it."""
    if count == line.due_count:
        return None
    facts = {"line": f"{line.order}/{line.position}", "due": line.due_count, "count": count}
    sentence = _(
        "%(due)s codes were delivered of %(line)s, and the sheets list %(count)s.", **facts
    )
    way_out = _(
        "List every code of the line with its state, also used and expired ones, or "
        "correct what was delivered."
    )
    if line.product.is_site_pack:
        sentence = _(
            "%(due)s exams were delivered of %(line)s, and the packs' quotas are "
            "%(count)s together.",
            **facts,
        )
        way_out = _("Lower the quotas: they cannot be more than the pack holds.")
    return _bad("C1", "delivered", sentence, way_out)


def _bad(rule: str, field: str, sentence: Text, way_out: Text) -> BadInput:
    return BadInput(rule, sentence, field=field, way_out=way_out)
