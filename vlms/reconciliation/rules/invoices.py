"""Whether posted invoices ask for what was charged (I14); what is not invoiced yet may wait."""

from __future__ import annotations

from dataclasses import dataclass

from vlms.core.money import Money
from vlms.core.text import Text, _
from vlms.reconciliation.rules.differences import DifferenceClass


@dataclass(frozen=True, slots=True)
class Asked:
    """A line as it was charged altogether, and as invoices less credit notes ask for it.

    `is_own_price`: the reseller asks for its own price, so that amounts may differ.
    """

    reference: str
    quantity: int
    net: int
    currency: str
    asked_quantity: int
    asked_net: int
    asked_currency: str
    is_own_price: bool


def wrong_in_invoices(line: Asked) -> tuple[DifferenceClass, int | None, Text] | None:
    """The class, what invoices ask for beyond the charges (net, minor units), and the cause."""
    asked, charged = Money(line.asked_net, line.asked_currency), Money(line.net, line.currency)
    values = {"line": line.reference, "asked": asked, "charged": charged}
    if line.asked_currency != line.currency:
        cause = _("%(line)s is invoiced with %(asked)s, charged with %(charged)s.", **values)
        return DifferenceClass.CURRENCY, None, cause
    apart = line.asked_net - line.net
    if line.asked_quantity != line.quantity:
        return _quantity(line, apart)
    if apart and not line.is_own_price:
        cause = _("%(line)s is invoiced with %(asked)s, charged with %(charged)s.", **values)
        return DifferenceClass.PRICE, apart, cause
    return None


def _quantity(line: Asked, apart: int) -> tuple[DifferenceClass, int, Text]:
    if line.quantity and line.asked_quantity == 2 * line.quantity:
        cause = _(
            "%(line)s is invoiced twice: %(asked)s instead of %(charged)s.",
            line=line.reference,
            asked=line.asked_quantity,
            charged=line.quantity,
        )
        return DifferenceClass.DUPLICATE, apart, cause
    if not line.quantity:
        cause = _(
            "%(line)s was cancelled, %(amount)s is still invoiced; a credit note is missing.",
            line=line.reference,
            amount=Money(line.asked_net, line.currency),
        )
        return DifferenceClass.QUANTITY, apart, cause
    cause = _(
        "%(line)s is invoiced for %(asked)s, charged for %(charged)s.",
        line=line.reference,
        asked=line.asked_quantity,
        charged=line.quantity,
    )
    return DifferenceClass.QUANTITY, apart, cause
