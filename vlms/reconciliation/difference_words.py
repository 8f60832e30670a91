"""What pages, papers and commands call differences, their sides and the rules of matching."""

from __future__ import annotations

from collections.abc import Mapping

from vlms.core.text import Text, _
from vlms.reconciliation.models.periods import PeriodState
from vlms.reconciliation.rules.differences import (
    DifferenceClass,
    DifferenceSide,
    MatchRule,
)
from vlms.reconciliation.rules.settling import WORDS as STATE_WORDS

KIND_WORDS: dict[DifferenceClass, Text] = {
    DifferenceClass.MISSING_HERE: _("Missing here"),
    DifferenceClass.MISSING_THERE: _("Missing there"),
    DifferenceClass.QUANTITY: _("Quantity"),
    DifferenceClass.PRICE: _("Price"),
    DifferenceClass.PRORATION: _("Proration"),
    DifferenceClass.TAX: _("Tax"),
    DifferenceClass.CURRENCY: _("Currency"),
    DifferenceClass.PERIOD: _("Period"),
    DifferenceClass.ROUNDING: _("Rounding"),
    DifferenceClass.DUPLICATE: _("Duplicate"),
    DifferenceClass.SHORT_DELIVERY: _("Short delivery"),
    DifferenceClass.DOUBLE_CODE: _("Double code"),
    DifferenceClass.WRONG_END_DATE: _("Wrong end date"),
}
SIDE_WORDS: dict[DifferenceSide, Text] = {
    DifferenceSide.PUBLISHER: _("Publisher's file"),
    DifferenceSide.LEDGER: _("Own ledger"),
    DifferenceSide.INVOICES: _("Invoices to customers"),
    DifferenceSide.CODES: _("Codes issued"),
}
RULE_WORDS: dict[MatchRule, Text] = {
    MatchRule.REFERENCE: _("by the reference of the line"),
    MatchRule.ORDER_AND_PRODUCT: _("by order number and product"),
    MatchRule.ORDER: _("by order number"),
    MatchRule.FIGURES: _("by customer, product, first day, quantity and amount"),
    MatchRule.NEAR_AMOUNT: _("by product, first day and quantity; the amount is near"),
}
VALUE_WORDS: dict[str, Text] = {
    "reference": _("Line"),
    "order_number": _("Order"),
    "product": _("Product"),
    "quantity": _("Quantity"),
    "unit_price": _("Unit price"),
    "months": _("Months"),
    "net": _("Net"),
    "tax": _("Tax"),
    "currency": _("Currency"),
    "start": _("First day"),
    "end": _("Last day"),
    "codes": _("Codes"),
    "rows": _("Row"),
}
ACTION_WORDS: dict[str, Text] = {
    "reconciliation_period.created": _("Month opened"),
    "reconciliation.matched": _("Month matched"),
    "reconciliation.closed": _("Month closed"),
    "reconciliation.reopened": _("Month opened again"),
    "difference.open": _("Difference opened again"),
    "difference.accepted": _("Difference accepted"),
    "difference.disputed": _("Difference disputed"),
    "difference.written_off": _("Difference written off"),
    "difference.closed": _("Difference closed"),
    "difference.given": _("Difference given to somebody"),
}
COLUMN_WORDS: dict[str, Text] = {
    "reconciliation_period.month": _("Month"),
    "reconciliation_period.state": _("State"),
    "reconciliation_period.closed_at": _("Closed"),
    "reconciliation_period.reason": _("Reason"),
    "difference.state": _("State"),
    "difference.owner_id": _("Owner"),
    "difference.reason": _("Reason"),
    "difference.dispute_reference": _("Their reference of the dispute"),
}
JOURNAL_VALUES: dict[str, Mapping[str, Text]] = {
    "reconciliation_period.state": {
        PeriodState.OPEN.value: _("not closed yet"),
        PeriodState.CLOSED.value: _("closed"),
    },
    "difference.state": {one.value: word for one, word in STATE_WORDS.items()},
}
