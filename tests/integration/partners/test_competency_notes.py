"""How competencies stood is noted, and a fall is told once (K3, K4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_competencies import make_figure, make_skilled
from tests.support.making_memberships import make_membership, make_package_order
from vlms.accounts.models import Organisation, Person
from vlms.accounts.service.people import mark_leaver
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.jobs.models import Job
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import Letter, write_letter
from vlms.partners.competencies import shipped
from vlms.partners.jobs import COMPETENCY_JOBS
from vlms.partners.models.competencies import CompetencySpell
from vlms.partners.models.links import Association, EndReason
from vlms.partners.rules.attainment import CompetencyState, Level
from vlms.partners.service.competency_notes import NOTE_ONE, list_partners, note_standings
from vlms.partners.service.linking import Part, end
from vlms.partners.service.membership_payments import record_payment

# Still the 20th in the organisation's own zone.
LATE = datetime(2026, 11, 21, 6, tzinfo=UTC)
PLATFORM, PLATFORM_NAME = "sample-cloud-platform", "Sample: Cloud Platform"
ALERT = "Recent changes to your competency attainment put your membership renewal at risk."


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


def letter_of(clock: StillClock, language: Language) -> Letter:
    """The only letter of a fall, as somebody who reads this language gets it."""
    with making(clock()) as work:
        sent = select(OutboxMessage).where(OutboxMessage.template == "competency_fallen")
        message = work.session.scalars(sent).one()
        work.session.expunge(message)
    message.language = language
    return write_letter(message, "")


def make_running(clock: StillClock, own: UUID, offer: str, competency: str | None) -> None:
    """A membership that is paid today."""
    with making(clock()) as work:
        partner = work.session.get_one(Organisation, own)
        if competency is None:
            make_membership(work, partner, offer)
            return
        order = make_package_order(work, partner, offer, competency=competency)
        record_payment(work, order.id, work.today(partner.time_zone), "paid")


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


@pytest.mark.parametrize(
    ("package", "bought_on", "is_told"),
    [
        (None, None, False),
        ("silver-package", PLATFORM, True),
        ("gold-package", PLATFORM, True),
        # It is shown beside the one that the package was bought on, whose renewal it is (K3).
        ("silver-package", "sample-security", False),
        # Nobody defines it, so that nothing judges its renewal.
        ("silver-package", "Something of their own", False),
        ("action-pack", None, False),
    ],
)
def test_only_who_has_a_renewal_at_risk_is_told_so_k4(
    place: UUID, clock: StillClock, package: str | None, bought_on: str | None, is_told: bool
) -> None:
    if package:
        make_running(clock, place, package, bought_on)
    note(clock, place)
    let_leave(clock, "Cy")
    note(clock, place)
    letter = letter_of(clock, Language.ENGLISH)
    assert letter.subject == f"Competency {'at risk' if is_told else 'fallen'}: {PLATFORM_NAME}"
    assert (ALERT in letter.text) is is_told
    assert ("No renewal of a membership is at risk by this." in letter.text) is not is_told
    chinese = letter_of(clock, Language.TRADITIONAL_CHINESE).text
    assert ("近期專長達成狀況的變動，使您的會員資格有續約風險" in chinese) is is_told


def test_what_is_over_has_no_renewal_at_risk_k4(place: UUID, clock: StillClock) -> None:
    """It was silver until after the last day to renew."""
    make_running(clock, place, "silver-package", PLATFORM)
    clock.set(LATE + timedelta(days=365 + 31))
    with making(clock()) as work:
        own = work.session.get_one(Organisation, place)
        make_figure(work, own, (PLATFORM, "consumption", "revenue"), date(2027, 11, 1), "40000")
    note(clock, place)
    let_leave(clock, "Cy")
    note(clock, place)
    assert ALERT not in letter_of(clock, Language.ENGLISH).text


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


def test_those_given_are_noted_in_the_place_of_those_shipped_k3(
    place: UUID, clock: StillClock
) -> None:
    other = [replace(one, terms=replace(one.terms, key="other")) for one in shipped()[PLATFORM]]
    with making(clock()) as work:
        assert note_standings(work, place, {"other": other}) == 1
        assert [one.competency for one in work.session.query(CompetencySpell)] == ["other"]
