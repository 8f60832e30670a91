"""Forms of files of others: which file, and how it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vlms.core.reading import optional
from vlms.core.text import Text, _
from vlms.exports.days import DayOrder
from vlms.exports.text_files import ENCODINGS
from vlms.reconciliation.file_texts import DECIMAL_TEXTS, ORDER_TEXTS, SOURCE_TEXTS
from vlms.reconciliation.rules.file_examination import Answers, Examination
from vlms.reconciliation.rules.file_layouts import LABELS, Columns
from vlms.reconciliation.rules.file_rows import read_file_currency
from vlms.reconciliation.rules.file_words import FileSource
from vlms.reconciliation.rules.month import read_period
from vlms.web.forms import ChoiceField, Form, TextField
from vlms.web.uploads import UploadField

_OPEN = ("", _("As the file shows by itself"))


def _read_currency(typed: str, _label: Text) -> str:
    return read_file_currency(typed)


class FileForm(Form):
    """A file, and the month that it belongs to."""

    month = TextField(
        _("Month"), read_period, _("Year and month, as 2026-03."), render_kw={"type": "month"}
    )
    file = UploadField(
        _("File"),
        _(
            "A CSV file or an Excel workbook (.xlsx), here up to 5 MB and 10,000 rows; longer "
            "ones by the command “vlms reconciliation import”."
        ),
    )
    encoding = ChoiceField(
        _("Encoding"),
        [("", _("Recognise it")), *((word, word) for word in ENCODINGS)],
        _("Choose one only where the characters came out wrong."),
        default="",
    )


class ReadingForm(Form):
    """Which column holds what, and what the file does not tell."""

    source = ChoiceField(_("Whose account it is"), list(SOURCE_TEXTS.items()))
    order_number = ChoiceField(LABELS["order_number"])
    line_reference = ChoiceField(LABELS["line_reference"])
    invoice_number = ChoiceField(LABELS["invoice_number"])
    customer = ChoiceField(LABELS["customer"])
    product = ChoiceField(LABELS["product"])
    charge_type = ChoiceField(LABELS["charge_type"])
    quantity = ChoiceField(LABELS["quantity"])
    unit_price = ChoiceField(LABELS["unit_price"])
    net = ChoiceField(LABELS["net"])
    tax = ChoiceField(LABELS["tax"])
    gross = ChoiceField(LABELS["gross"])
    currency = ChoiceField(LABELS["currency"])
    one_currency = TextField(
        _("One currency for all rows"),
        optional(_read_currency),
        _("Where no column tells it, as TWD."),
    )
    ordered_on = ChoiceField(LABELS["ordered_on"])
    charge_start = ChoiceField(LABELS["charge_start"])
    charge_end = ChoiceField(LABELS["charge_end"])
    code_count = ChoiceField(LABELS["code_count"])
    day_order = ChoiceField(_("How days are written"), [_OPEN, *ORDER_TEXTS.items()], default="")
    decimal = ChoiceField(_("How numbers are written"), [_OPEN, *DECIMAL_TEXTS.items()], default="")

    def __init__(self, found: Examination) -> None:
        columns = found.columns
        fixed = {"one_currency": columns.fixed.get("currency", "")}
        super().__init__(data={"source": columns.source.value, **columns.titles, **fixed})
        for key in LABELS:
            self[key].offer(_titles(found.heading.titles))

    def answers(self) -> Answers:
        """What was said. `validate` comes before."""
        titles = {key: self[key].value for key in LABELS if self[key].value}
        fixed: dict[str, str] = {}
        if self.one_currency.value:
            fixed["currency"] = self.one_currency.value
            titles.pop("currency", None)
        order = DayOrder(self.day_order.value) if self.day_order.value else None
        columns = Columns(FileSource(self.source.value), titles, fixed)
        return Answers(columns, order, self.decimal.value or None)


def _titles(titles: Sequence[str]) -> list[tuple[str, Any]]:
    return [("", _("Not in this file")), *((title, title) for title in titles)]
