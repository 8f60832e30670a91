"""Who is linked, has been and is not, as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vlms.core.text import Text, _
from vlms.exports.table import Column, Kind, Table
from vlms.partners.link_words import END_WORDS, STATE_WORDS
from vlms.partners.models.links import Association
from vlms.partners.queries.linked import LinkedRow


def linked_table(rows: Iterable[LinkedRow], zone: str, made_at: datetime) -> Table[LinkedRow]:
    """One line a link, ended ones too, and one for everybody who is not linked."""
    columns = (
        Column[LinkedRow](_("Person"), lambda row: row.person.name),
        Column[LinkedRow](_("Work account"), lambda row: row.person.email),
        Column[LinkedRow](_("MCID"), lambda row: _link(row, "mcid"), Kind.CODE),
        Column[LinkedRow](_("State"), _state),
        Column[LinkedRow](
            _("Linked since"), lambda row: _link(row, "started_at"), Kind.INSTANT, zone
        ),
        Column[LinkedRow](_("Should count by"), _due, Kind.INSTANT, zone),
        Column[LinkedRow](_("Seen in a report at"), lambda row: _link(row, "seen_at"), *_at(zone)),
        Column[LinkedRow](
            _("Assessments removed at"), lambda row: _link(row, "assessments_ended_at"), *_at(zone)
        ),
        Column[LinkedRow](
            _("Exams removed at"), lambda row: _link(row, "exams_ended_at"), *_at(zone)
        ),
        Column[LinkedRow](_("Linked until"), lambda row: _link(row, "ended_at"), *_at(zone)),
        Column[LinkedRow](_("How it ended"), _end),
        Column[LinkedRow](_("Last asked by mail"), lambda row: row.invited_at, *_at(zone)),
    )
    return Table(_("Links of MCIDs"), columns, rows, made_at)


def _at(zone: str) -> tuple[Kind, str]:
    return Kind.INSTANT, zone


def _link(row: LinkedRow, name: str) -> object:
    found: Association | None = row.standing.association if row.standing else None
    return getattr(found, name) if found else None


def _state(row: LinkedRow) -> Text:
    if row.standing is None:
        return _("Not linked")
    return STATE_WORDS[row.standing.state] if row.standing.state else _("Ended")


def _due(row: LinkedRow) -> datetime | None:
    return row.standing.due_at if row.standing and row.standing.state else None


def _end(row: LinkedRow) -> Text | None:
    found = row.standing.association.end_reason if row.standing else None
    return END_WORDS[found] if found else None
