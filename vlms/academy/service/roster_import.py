"""Imports a roster: first what it would do, then all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.errors import RosterRefused
from vlms.academy.rules.roster_links import check_links, rows_of
from vlms.academy.rules.roster_manifest import HEADINGS, MANIFEST_FILE, read_manifest
from vlms.academy.rules.roster_reading import read_part
from vlms.academy.rules.roster_rows import OrgRow, Roster, RosterFault, empty_parts
from vlms.academy.rules.roster_words import Kind, Mode
from vlms.academy.service.roster_held import read_held
from vlms.academy.service.roster_people import compare_members, compare_people
from vlms.academy.service.roster_plan import Comparison, Plan
from vlms.academy.service.roster_units import (
    compare_classes,
    compare_courses,
    compare_terms,
    compare_units,
)
from vlms.accounts.queries import get_organisation
from vlms.agreements.models import Agreement, AgreementSchool
from vlms.core.clock import local_day
from vlms.core.text import _, ngettext
from vlms.exports.reading import read_tables
from vlms.exports.sheets import Limits
from vlms.exports.zip_tables import TextTable

# A university of 20,000 with 60,000 enrolments, and room above it.
LIMITS = Limits(rows=200_000, text_characters=30 * 1024**2)
_FILES = {kind: f"{kind}.csv" for kind in Kind}


def read_zip(stream: BinaryIO) -> Roster:
    """The OneRoster 1.1 files of a zip. Raises BadInput when nothing of it can be read."""
    tables = read_tables(stream, [MANIFEST_FILE, *_FILES.values()], LIMITS)
    roster = Roster(empty_parts(), files=_FILES)
    manifest = tables.get(MANIFEST_FILE)
    if manifest is None or manifest.headers != HEADINGS:
        sentence = _("The zip holds no manifest.csv with the columns propertyName and value.")
        roster.faults.append(RosterFault(MANIFEST_FILE, 1, HEADINGS[0], sentence))
        return roster
    modes, faults = read_manifest(manifest.lines, tables.keys())
    roster.faults += [*_line_faults(MANIFEST_FILE, manifest), *faults]
    for kind, file in _FILES.items():
        roster.parts[kind].mode = modes.get(kind, Mode.ABSENT)
        roster.parts[kind].is_unread = kind not in modes
        if file in tables and kind in modes:
            _read_table(roster, kind, tables[file])
    return roster


def _read_table(roster: Roster, kind: Kind, table: TextTable) -> None:
    roster.faults += _line_faults(roster.files[kind], table)
    roster.parts[kind].spoiled |= table.spoiled
    read_part(roster, kind, table.headers, table.lines)


def _line_faults(file: str, table: TextTable) -> list[RosterFault]:
    return [
        RosterFault(file, fault.line, fault.field, fault.sentence, fault.way_out)
        for fault in table.faults
    ]


def plan_roster(session: Session, agreement: Agreement, roster: Roster, now: datetime) -> Plan:
    """What the import would write, and all that is wrong with the roster's lines."""
    organisation = get_organisation(session, agreement.organisation_id)
    held = read_held(session, organisation)
    today = local_day(now, organisation.time_zone)
    plan = Plan(held.import_count + 1, today, roster.faults)
    known = held.known()
    check_links(roster, known)
    comparison = Comparison(roster, held, plan)
    compare_units(comparison)
    compare_terms(comparison)
    compare_courses(comparison)
    compare_classes(comparison)
    compare_people(comparison, known)
    compare_members(comparison)
    plan.covered = _newly_covered(session, agreement.id, comparison)
    plan.faults = roster.sorted_faults()
    return plan


def _newly_covered(session: Session, agreement_id: UUID, work: Comparison) -> list[UUID]:
    """The roster's schools that the agreement does not cover yet."""
    rows = rows_of(work.roster.parts[Kind.ORGS], OrgRow)
    told = [work.ids[Kind.ORGS][row.key] for row in rows if row.key in work.ids[Kind.ORGS]]
    covered = set(
        session.scalars(
            select(AgreementSchool.school_id).where(AgreementSchool.agreement_id == agreement_id)
        )
    )
    return [school_id for school_id in dict.fromkeys(told) if school_id not in covered]


def require_sound(plan: Plan) -> None:
    """Raises RosterRefused that names the first fault and counts the others."""
    faults: Sequence[RosterFault] = plan.faults
    if not faults:
        return
    first, more = faults[0], len(faults) - 1
    told = {"file": first.file, "line": first.line, "sentence": first.sentence}
    sentence = (
        ngettext(
            "%(file)s, line %(line)s: %(sentence)s There is %(number)s more problem.",
            "%(file)s, line %(line)s: %(sentence)s There are %(number)s more problems.",
            more,
            **told,
        )
        if more
        else _("%(file)s, line %(line)s: %(sentence)s", **told)
    )
    raise RosterRefused(
        "A2",
        sentence,
        field="file",
        way_out=_("Put the lines right, or import without them."),
    )
