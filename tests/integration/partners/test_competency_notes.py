"""How competencies stood is noted, and a fall is told once (K3, K4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_competencies import make_figure, make_skilled
from vlms.accounts.models import Person
from vlms.accounts.service.people import mark_leaver
from vlms.core.permissions import Role
from vlms.jobs.models import Job
from vlms.notices.models import OutboxMessage
from vlms.partners.jobs import COMPETENCY_JOBS
from vlms.partners.models.competencies import CompetencySpell
from vlms.partners.models.links import Association, EndReason
from vlms.partners.rules.attainment import CompetencyState, Level
from vlms.partners.service.competency_notes import NOTE_ONE, list_partners, note_standings
from vlms.partners.service.linking import Part, end

# Still the 20th in the organisation's own zone.
LATE = datetime(2026, 11, 21, 6, tzinfo=UTC)
PLATFORM = "sample-cloud-platform"


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    clock.set(LATE)
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        make_member(work, own, Role.PARTNER_ADMINISTRATOR, "partner@contoso.example")
        make_member(work, own, Role.LICENSING_ADMIN, "admin@contoso.example")
        for name, number in (("Ada", "AZ-104"), ("Bo", "AZ-104"), ("Cy", "AZ-305")):
            make_skilled(work, own, name, number)
        make_figure(work, own, (PLATFORM, "consumption", "revenue"), date(2026, 10, 1), "40000")
        return own.id


def note(clock: StillClock, own: UUID) -> int:
    with making(clock()) as work:
        return note_standings(work, own)


def spells(clock: StillClock) -> list[tuple[CompetencyState, int | None, date, date | None]]:
    with making(clock()) as work:
        found = work.session.scalars(
            select(CompetencySpell)
            .where(CompetencySpell.competency == PLATFORM)
            .order_by(CompetencySpell.started_on)
        )
        return [(one.state, one.level, one.started_on, one.ended_on) for one in found]


def mails(clock: StillClock) -> list[str]:
    with making(clock()) as work:
        sent = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "competency_fallen")
        )
        return [one.to_address for one in sent]


def let_leave(clock: StillClock, name: str) -> None:
    with making(clock()) as work:
        person = work.session.scalar(select(Person).where(Person.name == name))
        assert person is not None
        mark_leaver(work, person.id)


def test_a_state_begins_on_the_day_of_the_organisation_and_ends_before_the_next_k3(
    place: UUID, clock: StillClock
) -> None:
    assert note(clock, place) == 1
    assert note(clock, place) == 0
    silver = (CompetencyState.QUALIFIED, Level.SILVER, date(2026, 11, 20))
    assert spells(clock) == [(*silver, None)]
    clock.set(LATE + timedelta(days=5))
    let_leave(clock, "Cy")
    assert note(clock, place) == 1
    assert spells(clock) == [
        (*silver, date(2026, 11, 24)),
        (CompetencyState.INITIATED, None, date(2026, 11, 25), None),
    ]


def test_a_fall_is_told_once_to_who_looks_after_competencies_k4(
    place: UUID, clock: StillClock
) -> None:
    note(clock, place)
    assert mails(clock) == []
    let_leave(clock, "Cy")
    for _again in range(2):
        note(clock, place)
        assert mails(clock) == ["partner@contoso.example"]


def test_leavers_of_one_act_let_the_worker_look_once_k4(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        for person in work.session.scalars(select(Person)):
            mark_leaver(work, person.id)
    with making(clock()) as work:
        jobs = work.session.scalars(select(Job).where(Job.kind == NOTE_ONE)).all()
        assert [one.facts for one in jobs] == [{"organisation_id": str(place)}]
        assert list_partners(work) == [place]
    assert NOTE_ONE in {one.kind for one in COMPETENCY_JOBS}


@pytest.mark.parametrize("part", Part)
def test_a_part_of_a_link_that_is_removed_lets_the_worker_look_at_once_k1(
    place: UUID, clock: StillClock, part: Part
) -> None:
    """Exams count no more without theirs; the link's other part runs on."""
    note(clock, place)
    with making(clock()) as work:
        person = work.session.scalar(select(Person).where(Person.name == "Cy"))
        assert person is not None
        own = select(Association).where(Association.person_id == person.id)
        association = work.session.scalars(own).one()
        assert end(work, association, {part}, EndReason.UNLINKED)
        assert association.ended_at is None
    with making(clock()) as work:
        jobs = work.session.scalars(select(Job).where(Job.kind == NOTE_ONE)).all()
        assert [one.facts for one in jobs] == [{"organisation_id": str(place)}]
    assert note(clock, place) == (1 if part is Part.EXAMS else 0)
