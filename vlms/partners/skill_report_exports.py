"""What changed between two reports, and what is to be done, as files."""

from __future__ import annotations

from datetime import datetime

from vlms.core.text import Text, _
from vlms.exports.table import Column, Kind, Table
from vlms.partners.queries.report_cases import Todo, TodoList
from vlms.partners.queries.skills_reports import Comparison, ShownDifference
from vlms.partners.skill_report_words import (
    CASE_WORDS,
    DIFFERENCE_WORDS,
    STATE_WORDS,
    WHAT_TO_DO,
    value_word,
)


def differences_table(found: Comparison, made_at: datetime) -> Table[ShownDifference]:
    """One line a difference."""
    columns = (
        Column[ShownDifference](_("Person"), lambda row: row.name),
        Column[ShownDifference](_("MCID"), lambda row: row.mcid, Kind.CODE),
        Column[ShownDifference](_("What changed"), lambda row: DIFFERENCE_WORDS[row.change]),
        Column[ShownDifference](_("Training"), lambda row: row.fact.title),
        Column[ShownDifference](_("Before"), lambda row: value_word(row.fact.before)),
        Column[ShownDifference](_("Now"), lambda row: value_word(row.fact.after)),
    )
    return Table(_title(found), columns, found.lines, made_at)


def todos_table(found: TodoList, zone: str, made_at: datetime) -> Table[Todo]:
    """One line a case, with what to do and what became of it."""
    columns = (
        Column[Todo](_("Person"), lambda row: row.name),
        Column[Todo](_("MCID"), lambda row: row.mcid, Kind.CODE),
        Column[Todo](_("Training"), lambda row: row.title),
        Column[Todo](_("What it is about"), lambda row: CASE_WORDS[row.case]),
        Column[Todo](_("What to do"), lambda row: WHAT_TO_DO[row.case]),
        Column[Todo](_("State"), lambda row: STATE_WORDS[row.state]),
        Column[Todo](_("Note"), lambda row: row.decision.note if row.decision else None),
        Column[Todo](_("Decided by"), lambda row: row.decided_by),
        Column[Todo](
            _("Decided at"),
            lambda row: row.decision.decided_at if row.decision else None,
            Kind.INSTANT,
            zone,
        ),
    )
    return Table(_("To do after the skills report"), columns, found.lines, made_at)


def _title(found: Comparison) -> Text:
    month = f"{found.report.month:%Y-%m}"
    before = f"{found.before.month:%Y-%m}" if found.before else "–"
    return _("What changed from %(before)s to %(month)s", before=before, month=month)
