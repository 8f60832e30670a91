"""What the commands of sittings read and print."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select

from vlms.academy.models.packs import PackQuota
from vlms.academy.models.roster import ClassRole, SchoolClass
from vlms.academy.models.sites import DeliverySite
from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.queries.choices import people_named, quotas_for
from vlms.academy.queries.rosters import members_on
from vlms.academy.queries.sittings import Look, find_by_number
from vlms.academy.rules.seat_state import OPEN, SeatState
from vlms.academy.service.seats import day_of
from vlms.accounts.models import Organisation, School
from vlms.accounts.queries import list_schools
from vlms.catalog.rules.retake import Retake
from vlms.core.commands import command_work
from vlms.core.errors import NotFound
from vlms.core.reading import shown
from vlms.core.text import Text, _
from vlms.core.work import Work


def look_of(work: Work) -> Look:
    return Look(work.session, work.actor, work.now)


def deliver(
    number: str, words: Sequence[str], act: Callable[[Work, UUID, Sequence[UUID]], object]
) -> None:
    """Do something with the seats of the people named, or with all that are reserved."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        waiting = [seat.id for seat in sitting.seats if seat.state is SeatState.RESERVED]
        act(work, sitting.id, seats_named(work, sitting, words) if words else waiting)


def seats_named(work: Work, sitting: Sitting, words: Sequence[str]) -> list[UUID]:
    """The open seats of people, by number or address. Raises NotFound."""
    people = people_named(work.session, sitting.organisation_id, words)
    seats = {seat.person_id: seat.id for seat in sitting.seats if seat.state in OPEN}
    missing = [word for word in words if word not in people or people[word].id not in seats]
    if missing:
        raise _unknown(_("Nobody with a seat here has this number or address: %(words)s."), missing)
    return [seats[people[word].id] for word in words]


def people_called(work: Work, organisation: Organisation, words: Sequence[str]) -> list[UUID]:
    """People by number or address. Raises NotFound."""
    people = people_named(work.session, organisation.id, words)
    missing = [word for word in words if word not in people]
    if missing:
        raise _unknown(_("Nobody here has this number or address: %(words)s."), missing)
    return [people[word].id for word in words]


def school_called(work: Work, organisation: Organisation, name: str) -> School:
    """Raises NotFound."""
    found = {school.name: school for school in list_schools(work.session, organisation.id)}
    if name not in found:
        raise _unknown(_("There is no school of this name: %(words)s."), [name])
    return found[name]


def quota_of(work: Work, school: School, pack_number: str) -> PackQuota:
    """The school's own quota of a pack, else the shared one. Raises NotFound."""
    quotas = quotas_for(work.session, school, work.now)
    found = [quota for quota in quotas if quota.pack.number == pack_number]
    if not found:
        raise _unknown(_("The school has no quota of the pack %(words)s."), [pack_number])
    return min(found, key=lambda quota: (quota.school_id is None, -quota.free_count))


def site_called(work: Work, organisation: Organisation, name: str) -> DeliverySite:
    """Raises NotFound."""
    site = work.session.scalar(
        select(DeliverySite).where(
            DeliverySite.organisation_id == organisation.id, DeliverySite.name == name
        )
    )
    if site is None:
        raise _unknown(_("There is no site of this name: %(words)s."), [name])
    return site


def class_called(work: Work, school: School, title: str | None) -> UUID | None:
    """Raises NotFound."""
    if title is None:
        return None
    statement = select(SchoolClass).where(
        SchoolClass.school_id == school.id, SchoolClass.title == title
    )
    found = work.session.scalars(statement.order_by(SchoolClass.id).limit(1)).first()
    if found is None:
        raise _unknown(_("The school has no class of this title: %(words)s."), [title])
    return found.id


def newcomers(work: Work, sitting: Sitting, class_title: str | None) -> set[UUID]:
    """The students of a class on the sitting's day who have no seat in it. Raises NotFound."""
    class_id = class_called(work, sitting.school, class_title)
    if class_id is None:
        return set()
    students = members_on(work.session, class_id, ClassRole.STUDENT, day_of(sitting))
    held = {seat.person_id for seat in sitting.seats if seat.state in OPEN}
    return {person.id for person in students} - held


def _unknown(sentence: Text, words: Sequence[str]) -> NotFound:
    return NotFound(None, _(sentence.singular, words=tuple(shown(word) for word in words)))


def sitting_row(sitting: Sitting) -> dict[str, Any]:
    """What a list tells of a sitting."""
    return {
        "number": sitting.number,
        "starts_at": sitting.starts_at.isoformat(),
        "time_zone": sitting.time_zone,
        "exam": sitting.exam_number,
        "school": sitting.school.name,
        "class": sitting.school_class.title if sitting.school_class else None,
        "site": sitting.site.name,
        "room": sitting.room,
        "state": sitting.state.value,
        "seats": len(sitting.seats),
    }


def seat_row(seat: ExamSeat, retake: Retake | None) -> dict[str, Any]:
    """What is told of a candidate; `retake_at` is when they may sit the exam again (A4)."""
    return {
        "number": seat.person.number,
        "name": seat.person.name,
        "legal_name": seat.legal_name,
        "account": seat.provider_account,
        "is_minor": seat.is_minor,
        "consent_on": seat.consent_on,
        "state": seat.state.value,
        "score": seat.score,
        "has_passed": seat.has_passed,
        "retake_at": retake.allowed_at.isoformat() if retake else None,
    }


def say(row: dict[str, Any], *, as_json: bool) -> None:
    """One object for programs, its number for people."""
    text = json.dumps(row, ensure_ascii=False, default=str, indent=2) if as_json else row["number"]
    click.echo(text)
