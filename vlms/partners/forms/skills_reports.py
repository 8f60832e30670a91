"""Forms of monthly reports."""

from __future__ import annotations

from vlms.core.errors import DomainError
from vlms.core.reading import optional
from vlms.core.text import _
from vlms.partners.rules.report_rows import read_report_month
from vlms.partners.skill_report_words import STATE_WORDS
from vlms.web.forms import ChoiceField, Form, LongTextField, TextField
from vlms.web.uploads import UploadField

_TOO_LONG = frozenset({"too_many_rows", "too_much_text"})


class ReportForm(Form):
    """A report to be looked at before it counts."""

    file = UploadField(
        _("File"),
        _(
            "An Excel workbook (.xlsx) or a CSV file, here up to 5 MB and 10,000 rows; longer "
            "ones by the command “vlms monthly-reports import”."
        ),
    )
    month = TextField(
        _("Month"),
        optional(read_report_month),
        _("As 2026-10; needed where the file has no column Month, as the learning report."),
    )

    def refuse(self, refusal: DomainError) -> None:
        """A month is one file: what is too long is not divided."""
        if refusal.reason in _TOO_LONG:
            refusal.way_out = _(
                "Ask the operator to import it by the command “vlms monthly-reports import”, "
                "which takes 100,000 rows."
            )
        super().refuse(refusal)


class DecisionForm(Form):
    """What became of a line."""

    state = ChoiceField(_("State"), [(state.value, word) for state, word in STATE_WORDS.items()])
    note = LongTextField(_("Note"), 400, _("What was done, or why it is left as it is."))
