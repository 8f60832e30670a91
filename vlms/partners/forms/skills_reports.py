"""Forms of monthly reports."""

from __future__ import annotations

from vlms.core.reading import optional
from vlms.core.text import _
from vlms.partners.rules.report_rows import read_report_month
from vlms.partners.skill_report_words import STATE_WORDS
from vlms.web.forms import ChoiceField, Form, LongTextField, TextField
from vlms.web.uploads import UploadField


class ReportForm(Form):
    """A report to be looked at before it counts."""

    file = UploadField(_("File"), _("An Excel workbook (.xlsx) or a CSV file, 5 MB at most."))
    month = TextField(
        _("Month"),
        optional(read_report_month),
        _("As 2026-10; needed where the file has no column Month, as the learning report."),
    )


class DecisionForm(Form):
    """What became of a line."""

    state = ChoiceField(_("State"), [(state.value, word) for state, word in STATE_WORDS.items()])
    note = LongTextField(_("Note"), 400, _("What was done, or why it is left as it is."))
