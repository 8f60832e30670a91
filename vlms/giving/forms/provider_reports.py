"""Forms of the pages on which providers' reports are taken in and decided about."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import Field

from vlms.agreements.models import Agreement
from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.exports.days import DayOrder
from vlms.exports.mapping import FromColumn, Source
from vlms.giving.rules.report_words import FIELDS
from vlms.giving.service.report_files import Columns
from vlms.web.forms import ChoiceField, Form, TextField
from vlms.web.place_fields import ZoneField
from vlms.web.uploads import UploadField

_AT = "at_"


class ReportFileForm(Form):
    """A report, and whose it is."""

    provider = TextField(
        _("Provider"),
        read_text(80),
        _("As Certiport or Pearson VUE. How its files are read is remembered under this name."),
        render_kw={"list": "providers", "autocomplete": "off"},
    )
    agreement = ChoiceField(_("Agreement"))
    file = UploadField(_("Report (.xlsx or .csv)"))

    def offer(self, agreements: Sequence[Agreement]) -> None:
        """Only who is limited to several agreements says which one the report is about."""
        self.agreement.offer((str(each.id), each.number) for each in agreements)
        if not agreements:
            del self.agreement


class ColumnsForm(Form):
    """Where each field of a report stands."""

    day_order = ChoiceField(
        _("Order of days"),
        [
            ("", _("As the file proves")),
            (DayOrder.DAY_FIRST.value, _("Day first, as 31/12/2026")),
            (DayOrder.MONTH_FIRST.value, _("Month first, as 12/31/2026")),
        ],
    )
    zone = ZoneField(_("Zone of times that tell none"))

    def offer(self, headers: Sequence[str], columns: Columns) -> None:
        """The file's columns, with what is known of them chosen."""
        places = [("", str(_("None"))), *((str(n), name) for n, name in enumerate(headers))]
        for field in self.places():
            field.offer(places)
            source = columns.sources.get(field.name.removeprefix(_AT))
            if not self.is_submitted():
                field.data = str(source.place) if isinstance(source, FromColumn) else ""
        if not self.is_submitted():
            self.zone.data = columns.zone
            self.day_order.data = columns.said.value if columns.said else ""

    def places(self) -> list[Field]:
        return [field for field in self if field.name.startswith(_AT)]

    def columns(self) -> Columns:
        """What was chosen."""
        sources: dict[str, Source] = {
            field.name.removeprefix(_AT): FromColumn(int(field.data))
            for field in self.places()
            if field.data
        }
        said = DayOrder(self.day_order.value) if self.day_order.value else None
        return Columns(sources, said, self.zone.value)


for _field in FIELDS:
    setattr(ColumnsForm, f"{_AT}{_field.key}", ChoiceField(_field.label))


class TakeForm(Form):
    """Confirms a dry run."""


class TakeRowForm(Form):
    """The code to which a row is taken."""

    number = TextField(
        _("Code"), read_text(40), _("The batch and the number within it, as B-000012/7.")
    )


class RemarkForm(Form):
    """Why a row is left out, or what the provider is asked."""

    remark = TextField(_("Reason or question"), read_text(500))
