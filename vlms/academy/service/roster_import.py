"""Imports a roster: first what it would do, then all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.errors import RosterRefused
from vlms.academy.rules.roster_limits import keep_to_schools, refuse_unseen
from vlms.academy.rules.roster_links import check_links, rows_of
from vlms.academy.rules.roster_rows import OrgRow, Roster, RosterFault
from vlms.academy.rules.roster_words import Kind
from vlms.academy.service.roster_held import read_held, read_unseen
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


def plan_roster(session: Session, agreement: Agreement, roster: Roster, now: datetime) -> Plan:
    """What the import would write, and all that is wrong with the roster's lines.

    In a session that is limited to schools, lines of other schools are wrong, and only what is
    of these schools is written or ends.
    """
    organisation = get_organisation(session, agreement.organisation_id)
    held = read_held(session, organisation)
    today = local_day(now, organisation.time_zone)
    plan = Plan(held.import_count + 1, today, roster.faults)
    known = held.known(by_title=not roster.has_source_ids)
    if held.own_schools is not None:
        keep_to_schools(roster, known, held.keys_of_own(by_name=not roster.has_source_ids))
        refuse_unseen(roster, read_unseen(session, held))
    check_links(roster, known)
    comparison = Comparison(roster, held, plan)
    compare_units(comparison)
    compare_terms(comparison)
    compare_courses(comparison)
    compare_classes(comparison)
    compare_people(comparison, known)
    compare_members(comparison)
    if held.own_schools is None:
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
