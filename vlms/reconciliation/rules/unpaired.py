"""Tells of what found nothing on the other side, or only in another month."""

from __future__ import annotations

from vlms.core.money import Money
from vlms.core.text import _
from vlms.reconciliation.rules.classes import Found
from vlms.reconciliation.rules.differences import DifferenceClass
from vlms.reconciliation.rules.sides import OurCharge, Pair, TheirRow


def left_of_theirs(row: TheirRow) -> Found:
    """They have it, we do not."""
    if row.order_number:
        number = row.order_number.upper()
        cause = _("Order %(number)s has no such charge here.", number=number)
    else:
        cause = _("The row names no order, and no charge here has its figures.")
    return Found(DifferenceClass.MISSING_HERE, (), (row,), row.net, row.currency, cause)


def left_of_ours(one: OurCharge) -> Found:
    """We have it, they do not: a purchase, what was given back, or a changed price."""
    kind = DifferenceClass.MISSING_THERE
    values = {"number": one.reference, "amount": Money(one.net, one.currency)}
    if one.reason == "repricing":
        kind = DifferenceClass.PRICE
        cause = _(
            "%(number)s was priced again on %(day)s by %(amount)s; they kept the old price.",
            day=one.charged_on,
            **values,
        )
    elif one.reason == "handover" and one.net < 0:
        cause = _(
            "%(number)s went to another reseller on %(day)s; they do not give %(amount)s back.",
            day=one.charged_on,
            **{**values, "amount": Money(-one.net, one.currency)},
        )
    elif one.reason == "cancellation":
        cause = _(
            "%(number)s was cancelled on %(day)s; they do not give %(amount)s back.",
            day=one.charged_on,
            **{**values, "amount": Money(-one.net, one.currency)},
        )
    else:
        cause = _(
            "%(number)s was ordered on %(day)s for %(amount)s; no row of theirs names it.",
            day=one.charged_on,
            **values,
        )
    return Found(kind, (one,), (), -one.net, one.currency, cause)


def of_another_period(pair: Pair, ours_month: str, theirs_month: str, month: str) -> Found:
    """The same charge in two months; `month` is the one that is reconciled."""
    cause = _("Charged in %(theirs)s, ordered in %(ours)s.", theirs=theirs_month, ours=ours_month)
    if theirs_month == month:
        amount, currency = sum(row.net for row in pair.theirs), pair.theirs[0].currency
    else:
        amount, currency = -sum(one.net for one in pair.ours), pair.ours[0].currency
    return Found(DifferenceClass.PERIOD, pair.ours, pair.theirs, amount, currency, cause, pair.rule)
