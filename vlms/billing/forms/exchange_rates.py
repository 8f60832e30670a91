"""Forms of exchange rates."""

from __future__ import annotations

from vlms.billing.rules.exchange import LABELS, RateRow, read_rate
from vlms.core.reading import optional, read_day, read_text
from vlms.core.text import _
from vlms.web.forms import DayField, Form, TextField
from vlms.web.place_fields import CurrencyField
from vlms.web.uploads import UploadField


class RateForm(Form):
    """What one unit of a currency is worth in another, from a day on."""

    from_currency = CurrencyField(LABELS["from_currency"])
    to_currency = CurrencyField(LABELS["to_currency"])
    effective_on = DayField(_("From this day on"), read_day)
    rate = TextField(
        LABELS["rate"], read_rate, _("What one unit of the first is worth in the other, as 31.25.")
    )
    source = TextField(
        LABELS["source"], optional(read_text(120)), _("Whose rate it is, as a bank's name.")
    )

    def row(self) -> RateRow:
        return RateRow(
            self.from_currency.value,
            self.to_currency.value,
            self.effective_on.value,
            self.rate.value,
            self.source.value,
        )


class RateFileForm(Form):
    """A list of rates to be looked at before it counts."""

    file = UploadField(_("File"), _("An Excel workbook (.xlsx) or a CSV file, 5 MB at most."))
