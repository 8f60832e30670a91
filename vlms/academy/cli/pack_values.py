"""What the commands of packs, quotas and sites share: look-ups and facts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.models.packs import Pack, PackQuota, QuotaRequest, quota_place
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.queries.packs import find_pack, get_quota
from vlms.academy.service.pack_conditions import LONGEST_REASON, MOST_EXAMS
from vlms.academy.service.quotas import Place
from vlms.accounts.cli.values import school_named, user_named
from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, SCOPE, Read
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import optional, read_text, read_whole, shown
from vlms.core.text import _
from vlms.core.work import Actor, Work, working

COUNT = Read(read_whole(1, MOST_EXAMS), _("How many exams"))
REASON = Read(read_text(LONGEST_REASON), _("Reason"))
ANSWER = Read(optional(read_text(LONGEST_REASON)), _("Answer"))
school_option = click.option("--school", help="Its name; else all schools share it.")
term_option = click.option("--term", help="Its title; else as long as the pack.")
count_option = click.option("--count", type=COUNT, required=True, help="How many exams.")
reason_option = click.option("--reason", type=REASON, required=True, help="Why; it is kept.")
as_option = click.option("--as", "email", metavar="E-MAIL", required=True, help="Who asks.")


def pack_named(session: Session, number: str) -> Pack:
    """The pack with this number. Raises NotFound."""
    pack = find_pack(session, number)
    if pack is None:
        raise NotFound(
            None,
            _('There is no pack "%(number)s".', number=shown(number)),
            way_out=_("List them with `vlms academy packs list`."),
        )
    return pack


def place_named(session: Session, pack: Pack, school: str | None, term: str | None) -> Place:
    """A school and a term by name. Raises NotFound."""
    school_id = school_named(session, pack.organisation_id, school) if school else None
    return Place(school_id, _term_named(session, pack, term) if term else None)


def _term_named(session: Session, pack: Pack, title: str) -> UUID:
    found = session.scalar(
        select(AcademicTerm.id).where(
            AcademicTerm.organisation_id == pack.organisation_id, AcademicTerm.title == title
        )
    )
    if found is None:
        raise NotFound(None, _('There is no term "%(title)s".', title=shown(title)))
    return found


def quota_named(session: Session, pack: Pack, place: Place) -> PackQuota:
    """What a pack has given to a school for a term. Raises NotFound."""
    found = session.scalar(
        select(PackQuota.id).where(
            PackQuota.pack_id == pack.id,
            PackQuota.place == quota_place(place.school_id, place.term_id),
        )
    )
    if found is None:
        raise NotFound(None, _("There is no such quota."))
    return get_quota(session, found)


def quota_facts(quota: PackQuota) -> dict[str, Any]:
    """A quota for people and programs."""
    return {
        "pack": quota.pack.number,
        "school": quota.school.name if quota.school else None,
        "term": quota.term.title if quota.term else None,
        "quota": quota.quota_count,
        "reserved": quota.reserved_count,
        "used": quota.used_count,
        "free": quota.free_count,
    }


def request_facts(asked: QuotaRequest) -> dict[str, Any]:
    """A request for more, for people and programs."""
    return {
        "pack": asked.pack.number,
        "school": asked.school.name,
        "state": asked.state.value,
        "asked": asked.asked_count,
        "given": asked.given_count,
        "reason": asked.reason,
        "answer": asked.answer,
        "asked_at": asked.asked_at.isoformat(),
        "id": str(asked.id),
    }


@contextmanager
def work_of(email: str) -> Iterator[Work]:
    """A unit of work in which a user acts at the command line. Raises NotFound."""
    with reading(SCOPE) as session:
        user = user_named(session, email)
        actor = Actor(user.name, user.id, roles=OPERATOR.roles)
    with working(actor, SCOPE, system_clock()) as work:
        yield work
