"""Forms of the tax tables."""

from __future__ import annotations

from decimal import Decimal

from vlms.billing.money_words import MODE_WORDS
from vlms.billing.rules.tax import TaxMode
from vlms.billing.service.taxes import NewTaxRate
from vlms.core.reading import optional, read_day, read_text, read_unit_price, refuse
from vlms.core.text import Text, _
from vlms.web.forms import ChoiceField, DayField, Form, TextField
from vlms.web.place_fields import CountryField

FROM = _("From this day on")


def read_percent(typed: str, label: Text) -> Decimal:
    """A rate from 0 to 100 percent, with at most four decimals."""
    percent = read_unit_price(typed, label)
    if percent > 100:
        raise refuse(typed, label, _("Enter a rate from 0 to 100, as 5."))
    return percent


class TaxRateForm(Form):
    """A country's rate from a day on."""

    country = CountryField()
    product_key = TextField(
        _("Product key"), optional(read_text(60)), _("Empty: all products without their own rate.")
    )
    percent = TextField(_("Percent"), read_percent, _("As 5 or 7.5."))
    name_en = TextField(_("English name"), read_text(60), _("As it stands on invoices."))
    name_zh = TextField(_("Chinese name"), read_text(60))
    effective_from = DayField(FROM, read_day)

    def rate(self) -> NewTaxRate:
        return NewTaxRate(
            self.country.value,
            self.product_key.value or "",
            self.percent.value,
            self.name_en.value,
            self.name_zh.value,
            self.effective_from.value,
        )


class TaxRuleForm(Form):
    """How a country rounds, from a day on."""

    country = CountryField()
    mode = ChoiceField(
        _("Tax is rounded"), [(mode.value, word) for mode, word in MODE_WORDS.items()]
    )
    effective_from = DayField(FROM, read_day)

    def chosen_mode(self) -> TaxMode:
        return TaxMode(self.mode.value)
