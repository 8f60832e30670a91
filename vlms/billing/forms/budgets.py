"""The form of a budget."""

from __future__ import annotations

from vlms.billing.forms.receipts import AMOUNT, MONEY, as_typed
from vlms.billing.models.budgets import Budget
from vlms.billing.rules.amounts import read_amount, typed_amount
from vlms.billing.service.budgets import BudgetFacts
from vlms.core.reading import read_day, read_text
from vlms.core.text import _
from vlms.web.forms import DayField, Form, TextField
from vlms.web.place_fields import CurrencyField


class BudgetForm(Form):
    """What a cost centre may spend."""

    cost_centre = TextField(
        _("Cost centre"), read_text(60), _("Written as on the orders; they are found by it.")
    )
    amount = TextField(AMOUNT, as_typed, _("Before tax, as orders are."), render_kw=MONEY)
    currency = CurrencyField()
    first_day = DayField(_("First day"), read_day)
    last_day = DayField(_("Last day"), read_day, _("Included."))

    def facts(self) -> BudgetFacts:
        """What was entered. Raises BadInput for what is no amount of the currency."""
        currency = self.currency.value
        return BudgetFacts(
            self.cost_centre.value,
            currency,
            self.first_day.value,
            self.last_day.value,
            read_amount(currency)(self.amount.data or "", AMOUNT),
        )


def typed_budget(budget: Budget) -> dict[str, str]:
    """A budget as it would be typed."""
    return {
        "cost_centre": budget.cost_centre,
        "currency": budget.currency,
        "first_day": budget.first_day.isoformat(),
        "last_day": budget.last_day.isoformat(),
        "amount": typed_amount(budget.amount_minor, budget.currency),
    }
