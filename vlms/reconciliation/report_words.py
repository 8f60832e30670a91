"""Words of saved reports, on pages and in the journal."""

from __future__ import annotations

from vlms.core.text import Text, _
from vlms.reconciliation.models.reports import ReportFormat, ReportRhythm

RHYTHM_WORDS: dict[ReportRhythm | None, Text] = {
    None: _("Only when I ask"),
    ReportRhythm.WEEKLY: _("Each Monday, the week before"),
    ReportRhythm.MONTHLY: _("On the first of each month, the month before"),
}
FORMAT_WORDS: dict[ReportFormat, Text] = {
    ReportFormat.XLSX: _("Excel"),
    ReportFormat.PDF: _("PDF"),
    ReportFormat.NEW_COMMERCE: _("CSV, layout %(name)s", name="new-commerce"),
    ReportFormat.LICENSE_BASED: _("CSV, layout %(name)s", name="license-based"),
}
ACTION_WORDS: dict[str, Text] = {
    "saved_report.edited": _("Saved report edited"),
    "saved_report.created": _("Report saved"),
    "saved_report.sent": _("Report sent"),
    "saved_report.paused": _("Report paused"),
    "saved_report.resumed": _("Report resumed"),
    "saved_report.stopped": _("Report stopped"),
    "saved_report.removed": _("Report removed"),
}
COLUMN_WORDS: dict[str, Text] = {
    "saved_report.name": _("Name"),
    "saved_report.asked": _("What the statement is asked"),
    "saved_report.format": _("Format"),
    "saved_report.rhythm": _("When it is sent"),
    "saved_report.recipients": _("To"),
    "saved_report.stopped_at": _("Stopped"),
}
VALUE_WORDS = {
    "saved_report.format": {one.value: word for one, word in FORMAT_WORDS.items()},
    "saved_report.rhythm": {one.value: word for one, word in RHYTHM_WORDS.items() if one},
}
