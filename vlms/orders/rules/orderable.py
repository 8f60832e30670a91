"""What may be ordered, when and under which agreement (O1, A1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from vlms.core.errors import Topic
from vlms.core.text import Text, _
from vlms.orders.errors import OrderRefused

ORDER_WINDOW_DAYS = 90  # where no setting says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """The agreement's side: its programme, whether that is academic (A1), its region."""

    programme: str
    is_academic: bool
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOnSale:
    """The product's side.

    `programmes` are those that it has a price under, `region` None where it is sold
    everywhere; both sale days belong to the sale, None leaves that side open.
    """

    name: Text | str
    programmes: frozenset[str]
    is_orderable: bool = True
    is_academic_only: bool = False
    first_sale_on: date | None = None
    last_sale_on: date | None = None
    region: str | None = None


def refuse_outside_window(
    ordered_on: date, term_start: date, term_end: date, window_days: int = ORDER_WINDOW_DAYS
) -> None:
    """O1: from `window_days` before the agreement's first day until its last day.

    Raises OrderRefused.
    """
    if ordered_on > term_end:
        raise OrderRefused(
            "O1",
            _(
                "The order day, %(day)s, is after the agreement's last day, %(end)s.",
                day=ordered_on,
                end=term_end,
            ),
            reason="after_agreement",
            field="ordered_on",
            way_out=_("Order under the agreement that follows this one."),
            ask=Topic.PRICING,
        )
    if (term_start - ordered_on).days > window_days:
        raise OrderRefused(
            "O1",
            _(
                "The order day, %(day)s, is more than %(window)s days before the agreement's "
                "first day, %(start)s.",
                day=ordered_on,
                window=window_days,
                start=term_start,
            ),
            reason="before_window",
            field="ordered_on",
            way_out=_(
                "Order on %(first)s or later.", first=term_start - timedelta(days=window_days)
            ),
            ask=Topic.PRICING,
        )


def refuse_unorderable(product: ProductOnSale, buyer: Buyer, ordered_on: date) -> None:
    """O1 and A1: whether the product may be ordered on that day, there, by that agreement.

    Raises OrderRefused with the first reason found.
    """
    for refusal in why_not_orderable(product, buyer, ordered_on):
        raise refusal


def why_not_orderable(
    product: ProductOnSale, buyer: Buyer, ordered_on: date
) -> Iterator[OrderRefused]:
    """Every reason against it, the most lasting one first; nothing when it is orderable."""
    named = {"product": product.name}
    if not product.is_orderable:
        yield _refusal(
            "not_orderable",
            _("%(product)s cannot be ordered.", **named),
            _("What you already own of it is listed with your entitlements."),
        )
    if product.is_academic_only and not buyer.is_academic:
        yield _refusal(
            "academic_only",
            _("%(product)s is sold under academic programmes only.", **named),
            _("Order it under an EES, School or OVS-ES agreement, or choose single vouchers."),
            rule="A1",
        )
    elif buyer.programme not in product.programmes:
        yield _refusal(
            "not_in_programme",
            _("%(product)s is not sold under %(programme)s.", programme=buyer.programme, **named),
            _("Choose another product, or order under another agreement."),
        )
    if product.region is not None and product.region != buyer.region:
        yield _refusal(
            "not_in_region",
            _("%(product)s is not sold in %(region)s.", region=buyer.region, **named),
            _("Choose a product of your region, or order under an agreement of another one."),
        )
    yield from _off_sale(product, ordered_on)


def _off_sale(product: ProductOnSale, ordered_on: date) -> Iterator[OrderRefused]:
    first, last = product.first_sale_on, product.last_sale_on
    if first is not None and ordered_on < first:
        yield _refusal(
            "not_yet_on_sale",
            _("%(product)s is sold from %(first)s on.", product=product.name, first=first),
            _("Order it on %(first)s or later.", first=first),
        )
    if last is not None and ordered_on > last:
        yield _refusal(
            "no_longer_on_sale",
            _("%(product)s was last sold on %(last)s.", product=product.name, last=last),
            _("Choose the product that follows it."),
        )


def _refusal(reason: str, sentence: Text, way_out: Text, *, rule: str = "O1") -> OrderRefused:
    return OrderRefused(
        rule, sentence, reason=reason, field="product", way_out=way_out, ask=Topic.PRICING
    )
