"""The words of monthly reports: what changed, what is to be done, and in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from vlms.core.text import Text, _, ngettext
from vlms.partners.rules.report_cases import Case, CaseState
from vlms.partners.rules.report_differences import DifferenceKind
from vlms.partners.rules.report_rows import ReportKind

KIND_WORDS: dict[ReportKind, Text] = {
    ReportKind.SKILLS: _("Skills report"),
    ReportKind.LEARNING: _("Learning report"),
}
DIFFERENCE_WORDS: dict[DifferenceKind, Text] = {
    DifferenceKind.NEW_PERSON: _("New person"),
    DifferenceKind.GONE_PERSON: _("Person gone"),
    DifferenceKind.NEW_TRAINING: _("New training"),
    DifferenceKind.GONE_TRAINING: _("Training gone"),
    DifferenceKind.EXPIRY: _("Valid until"),
    DifferenceKind.PMC: _("In PMC"),
    DifferenceKind.PC: _("In PC"),
}
CASE_WORDS: dict[Case, Text] = {
    Case.NOT_IN_PC: _("Not in PC"),
    Case.NOT_IN_PMC: _("Not in PMC"),
    Case.NOT_REPORTED: _("Linked, not in the report"),
    Case.NOT_LINKED: _("In the report, not linked"),
}
WHAT_TO_DO: dict[Case, Text] = {
    Case.NOT_IN_PC: _(
        "Let the person look whether this MCID is the one that is linked here and in Partner "
        "Center. If it is, ask partner support, with the MCID and the training."
    ),
    Case.NOT_IN_PMC: _(
        "Ask partner support to associate the profile in PMC, with the MCID and the MPN id."
    ),
    Case.NOT_REPORTED: _(
        "Let the person look in Partner Center whether the link still runs, with this MCID. If "
        "it does, ask partner support why the report lacks it."
    ),
    Case.NOT_LINKED: _(
        "Ask the person to link under My MCID and links. If they have left, ask partner support "
        "to take them out of the report."
    ),
}
STATE_WORDS: dict[CaseState, Text] = {
    CaseState.OPEN: _("To be worked off"),
    CaseState.DONE: _("Done"),
    CaseState.IGNORED: _("Ignored"),
}
REPORT_ACTION_WORDS = {
    "skills_report.imported": _("Monthly report imported"),
    "report_line.decided": _("Line of a skills report decided"),
}
REPORT_COLUMN_WORDS = {
    "skills_report.kind": _("Report"),
    "skills_report.month": _("Month"),
    "skills_report.imported_at": _("Imported at"),
    "skills_report.row_count": _("Rows"),
    "report_decision.case": _("What it is about"),
    "report_decision.state": _("State"),
    "report_decision.note": _("Note"),
    "report_decision.decided_at": _("Decided at"),
}
REPORT_VALUE_WORDS: Mapping[str, Mapping[Any, Text]] = {
    "skills_report.kind": KIND_WORDS,
    "report_decision.case": CASE_WORDS,
    "report_decision.state": STATE_WORDS,
}
_YES, _NO = _("Yes"), _("No")


def value_word(value: date | bool | int | None) -> Text | str:
    """A day, yes or no, or a count of trainings, as people read them."""
    match value:
        case None:
            return "–"
        case bool():
            return _YES if value else _NO
        case int():
            return ngettext("%(number)s training", "%(number)s trainings", value)
        case _:
            return value.isoformat()
