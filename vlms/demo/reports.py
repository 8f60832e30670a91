"""Two monthly skills reports that the demo's partner administrator has imported."""

from __future__ import annotations

from datetime import date, timedelta

from vlms.core.term import add_months
from vlms.demo.orders import Stage
from vlms.exports.sheets import Sheet, sheet_of
from vlms.partners.rules.skills_layouts import IN_PC, IN_PMC
from vlms.partners.service.report_importing import import_report

_PETRA = "partner@contoso.example"
_HEADINGS = (
    *("MCPID", "IndividualFirstName", "IndividualLastName", "CorpEmail", "TrainingTitle"),
    *("TrainingCompletionDate", "Month", IN_PMC, IN_PC),
)
_MIA = ("990100102", "Mia", "Chen", "mia@contoso.example", "AZ-104")
_BEFORE = (
    (*_MIA, "Yes", "Yes"),
    ("990100103", "Noah", "O'Neill", "noah@contoso.example", "AZ-104", "Yes", "Yes"),
)
_NOW = (
    (*_MIA, "Yes", "No"),
    ("990100102", "Mia", "Chen", "mia@contoso.example", "AZ-305", "Yes", "Yes"),
    ("990100103", "Noah", "O'Neill", "noah@contoso.example", "AZ-104", "Yes", "Yes"),
    ("990100104", "Zoë", "Müller", "zoe@contoso.example", "AZ-104", "Yes", "Yes"),
    ("990100105", "Ivy", "Park", "ivy@contoso.example", "PL-200", "No", "Yes"),
    ("990100199", "Hugo", "Berg", "hugo@elsewhere.example", "AZ-104", "Yes", "Yes"),
)


def play_reports(stage: Stage) -> None:
    """One of two months ago, one of last month: by it the links of four count (K2)."""
    owner_id = stage.cast.organisations["contoso"].id
    this_month = stage.now.date().replace(day=1)
    for months, rows in ((2, _BEFORE), (1, _NOW)):
        month = add_months(this_month, -months)
        with stage.act(_PETRA, -months) as work:
            import_report(work, owner_id, _sheet(stage, rows, month))


def _sheet(stage: Stage, rows: tuple[tuple[str, ...], ...], month: date) -> Sheet:
    passed = (stage.now - timedelta(days=210)).date().isoformat()
    full = [(*row[:5], passed, f"{month:%Y-%m}", *row[5:]) for row in rows]
    return sheet_of(list(enumerate((_HEADINGS, *full), 1)), [])
