"""A line's price in sentences, each with the rule that it follows: "how is this counted?"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from vlms.core.text import Text, _
from vlms.orders.rules.trace import LineTrace, price_text


@dataclass(frozen=True)
class Reason:
    """One sentence of an explanation."""

    rule: str
    text: Text


BEFORE_TAX = _("Before tax; tax comes with the reseller's invoice.")
REPRICING = _(
    "If another price list is in effect on the publisher's invoice day, the line is priced again "
    "before it is invoiced; a higher total needs the customer's consent."
)
SAMPLE = _("Prices come from a sample price list; they are no offer.")


def explain(trace: LineTrace) -> list[Reason]:
    """The days, the months, the price and the rounding of a line, in the order of reckoning."""
    return [*_days(trace), *_months(trace), *_price(trace), Reason("P3", trace.rounding)]


def _days(trace: LineTrace) -> Iterator[Reason]:
    yield Reason(
        "O1",
        _(
            "Ordered on %(day)s; charged from %(start)s until %(end)s, both included.",
            day=trace.ordered_on,
            start=trace.start,
            end=trace.end,
        ),
    )
    if trace.anchor_end is not None and trace.start > trace.anchor_end:
        yield Reason(
            "O3",
            _(
                "The running 12-month order ends on %(end)s; this is the period after it.",
                end=trace.anchor_end,
            ),
        )
    elif trace.anchor_end is not None:
        yield Reason(
            "O3",
            _(
                "A 12-month order runs until %(end)s; later lines end with it.",
                end=trace.anchor_end,
            ),
        )


def _months(trace: LineTrace) -> Iterator[Reason]:
    if trace.is_twelve_months:
        yield Reason("O2", _("A 12-month line."))
    else:
        yield Reason("O2", _("Prorated to the whole months that are left."))
    yield Reason(
        "P1",
        _(
            "Whole months charged: %(months)s. %(formula)s %(currency)s.",
            months=trace.months,
            formula=trace.shown_formula,
            currency=trace.currency,
        ),
    )


def _price(trace: LineTrace) -> Iterator[Reason]:
    source = trace.source
    if source.level is not None and source.points is not None:
        yield Reason(
            "P4",
            _(
                "Price level %(level)s: %(points)s points in this agreement year, this order "
                "included.",
                level=source.level,
                points=source.points,
            ),
        )
    elif source.level is not None:
        yield Reason("P4", _("Price level %(level)s, fixed in the agreement.", level=source.level))
    if source.list_name is not None:
        yield Reason("P5", _list_sentence(trace))
    if trace.ordered_price is not None:
        yield Reason("P5", _again_sentence(trace.ordered_price, trace.currency))
    if source.band_from is not None:
        yield Reason(
            "P6",
            _(
                "Volume band from %(from_quantity)s units: this order has %(total)s of the "
                "product, so a unit costs %(price)s %(currency)s for 12 months.",
                from_quantity=source.band_from,
                total=source.band_total,
                price=price_text(trace.unit_price, trace.currency),
                currency=trace.currency,
            ),
        )


def _list_sentence(trace: LineTrace) -> Text:
    source = trace.source
    named = {"name": source.list_name, "day": source.list_day}
    if source.is_initial:
        return _(
            'Price list "%(name)s" of %(day)s: products of the initial order keep its list.',
            **named,
        )
    return _('Price list "%(name)s", in effect on %(day)s.', **named)


def _again_sentence(ordered_price: Decimal, currency: str) -> Text:
    return _(
        "It was ordered at %(price)s %(currency)s for 12 months and priced again for the "
        "publisher's invoice.",
        price=price_text(ordered_price, currency),
        currency=currency,
    )
