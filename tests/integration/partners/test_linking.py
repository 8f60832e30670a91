"""Linking an MCID to one organisation at a time, within its limits; only by its user (K1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_person, make_role, make_user, making
from tests.support.making_links import LIN, PLACES, acting, lin_at, make_lin, make_profile, running
from vlms.accounts.queries import find_organisation, find_user
from vlms.audit.models import AuditEntry
from vlms.core.errors import DomainError
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.partners.errors import LinkRefused
from vlms.partners.models.links import Association, CertificationProfile, EndReason
from vlms.partners.queries.links import list_associations, standings
from vlms.partners.rules.linking import LinkState
from vlms.partners.service.linking import Part, end_of_erased, link, unlink
from vlms.privacy.events import ErasureDecided

# 1 August in Taipei, while it is still July in UTC.
START = datetime(2026, 7, 31, 16, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_start(app: Flask, clock: StillClock) -> None:
    clock.set(START)
    make_lin(START)


def link_to(clock: StillClock, slug: str) -> None:
    with making(clock()) as work:
        link(work, lin_at(work, slug).id)


def refusal_of(clock: StillClock, slug: str) -> DomainError:
    """Why linking is refused; nothing has changed by it."""
    with making(clock()) as work:
        before = work.session.query(Association).count(), running(work)
    with pytest.raises(DomainError) as told:
        link_to(clock, slug)
    with making(clock()) as work:
        assert (work.session.query(Association).count(), running(work)) == before
    return told.value


def everything_of_links(work: Work) -> tuple[object, ...]:
    """Every link, every profile, every entry of the journal and every message."""
    tables = (Association, CertificationProfile)
    rows = [
        tuple(sorted(str(tuple(row)) for row in work.session.execute(select(table.__table__))))
        for table in tables
    ]
    counts = [work.session.query(table).count() for table in (AuditEntry, OutboxMessage)]
    return (*rows, *counts)


def test_linking_to_another_ends_the_former_in_one_go(clock: StillClock) -> None:
    link_to(clock, "contoso")
    clock.move(days=30)
    link_to(clock, "fabrikam")
    with making(clock()) as work:
        assert running(work) == ["fabrikam"]
        former = work.session.query(Association).order_by(Association.started_at).first()
        assert former is not None
        assert former.end_reason is EndReason.SWAPPED
        assert former.ended_at == former.exams_ended_at == former.assessments_ended_at == clock()


@pytest.mark.parametrize(("minutes", "is_free"), [(29, False), (30, True)])
def test_thirty_days_lie_between_two_starts_in_the_organisation_s_zone(
    clock: StillClock, minutes: int, is_free: bool
) -> None:
    link_to(clock, "contoso")
    clock.move(days=29, hours=23, minutes=minutes)
    if is_free:
        link_to(clock, "fabrikam")
        return
    refusal = refusal_of(clock, "fabrikam")
    assert (refusal.rule, refusal.reason) == ("K1", "too_soon")
    assert refusal.facts["first_day"].isoformat() == "2026-08-31"


def test_the_fourth_within_twelve_months_is_refused_with_its_day(clock: StillClock) -> None:
    for slug in PLACES:
        link_to(clock, slug)
        clock.move(days=40)
    refusal = refusal_of(clock, "contoso")
    assert (refusal.rule, refusal.reason) == ("K1", "limit")
    assert refusal.facts["first_day"].isoformat() == "2027-08-01"
    assert refusal.facts["version"] == "1"
    clock.set(START.replace(year=2027) - timedelta(hours=1))
    assert refusal_of(clock, "contoso").reason == "limit"
    clock.move(hours=1)
    link_to(clock, "contoso")


def test_nobody_links_for_another(clock: StillClock) -> None:
    with making(clock()) as work:
        make_user(work, "boss@contoso.example")
    link_to(clock, "contoso")
    clock.move(days=60)
    with making(clock()) as work:
        before = everything_of_links(work)
    with pytest.raises(LinkRefused) as told, making(clock()) as work:
        person_id = lin_at(work, "fabrikam").id
        work.actor = acting(work, "boss@contoso.example")
        link(work, person_id)
    assert (told.value.rule, told.value.reason) == ("K1", "not_own")
    # It would have ended the one that runs; who links it may, as the control.
    with making(clock()) as work:
        assert everything_of_links(work) == before
    link_to(clock, "fabrikam")
    with making(clock()) as work:
        assert everything_of_links(work) != before


def test_without_a_proved_mcid_or_with_two_nothing_is_linked(clock: StillClock) -> None:
    with making(clock()) as work:
        user = make_user(work, "bo@contoso.example")
        place = find_organisation(work.session, "contoso")
        assert place is not None
        make_person(work, place, "Bo", "bo@contoso.example", user)
        lin = find_user(work.session, LIN)
        assert lin is not None
        make_profile(work, lin, "990000001")
    assert (refusal_of(clock, "contoso").rule, refusal_of(clock, "contoso").reason) == (
        "R5",
        "two_profiles",
    )
    with making(clock()) as work, pytest.raises(LinkRefused) as told:
        link(work, lin_at(work, "contoso", "bo@contoso.example").id)
    assert told.value.reason == "no_profile"


def test_a_leaver_and_who_is_linked_there_already_are_refused(clock: StillClock) -> None:
    link_to(clock, "contoso")
    clock.move(days=60)
    assert refusal_of(clock, "contoso").reason == "linked_already"
    with making(clock()) as work:
        lin_at(work, "fabrikam").left_at = clock()
    assert refusal_of(clock, "fabrikam").reason == "has_left"


def test_assessments_and_exams_are_removed_by_themselves(clock: StillClock) -> None:
    link_to(clock, "contoso")
    for part, runs in ((Part.EXAMS, ["contoso"]), (Part.ASSESSMENTS, [])):
        clock.move(days=1)
        with making(clock()) as work:
            work.actor = acting(work)
            unlink(work, {part})
        with making(clock()) as work:
            assert running(work) == runs
    with making(clock()) as work:
        (one,) = work.session.query(Association)
        assert one.end_reason is EndReason.UNLINKED
        assert one.assessments_ended_at is not None
        assert one.exams_ended_at == one.assessments_ended_at - timedelta(days=1)
        work.actor = acting(work)
        with pytest.raises(LinkRefused) as told:
            unlink(work, {Part.EXAMS})
    assert told.value.reason == "not_linked"


def test_a_part_that_is_gone_is_refused_and_linking_anew_is_another_association(
    clock: StillClock,
) -> None:
    link_to(clock, "contoso")
    with making(clock()) as work:
        work.actor = acting(work)
        unlink(work, {Part.EXAMS})
    with making(clock()) as work, pytest.raises(LinkRefused) as told:
        work.actor = acting(work)
        unlink(work, {Part.EXAMS})
    assert told.value.reason == "removed_already"
    assert refusal_of(clock, "contoso").reason == "too_soon"
    clock.move(days=30)
    link_to(clock, "contoso")
    with making(clock()) as work:
        assert running(work) == ["contoso"]
        assert work.session.query(Association).count() == 2


def test_it_is_pending_for_72_hours_then_overdue(clock: StillClock) -> None:
    link_to(clock, "contoso")
    for hours, state in ((72, LinkState.PENDING), (72.001, LinkState.OVERDUE)):
        with making(clock()) as work:
            found = list_associations(work.session, acting(work).user_id)  # type: ignore[arg-type]
            (one,) = standings(work.session, found, START + timedelta(hours=hours))
            assert one.state is state


def test_both_organisations_administrators_are_told(clock: StillClock) -> None:
    with making(clock()) as work:
        for slug, role in (
            ("contoso", Role.PARTNER_ADMINISTRATOR),
            ("fabrikam", Role.GLOBAL_ADMINISTRATOR),
        ):
            place = find_organisation(work.session, slug)
            assert place is not None
            make_role(work, place, make_user(work, f"admin@{slug}.example"), role)
    link_to(clock, "contoso")
    clock.move(days=30)
    link_to(clock, "fabrikam")
    with making(clock()) as work:
        told = work.session.query(OutboxMessage).order_by(OutboxMessage.id)
        assert [(one.template, one.to_address) for one in told] == [
            ("link_started", "admin@contoso.example"),
            ("link_ended", "admin@contoso.example"),
            ("link_started", "admin@fabrikam.example"),
        ]
        assert [one.facts["why"] for one in told] == ["", "swapped", ""]


def test_who_is_erased_is_linked_no_more_and_nobody_is_told(clock: StillClock) -> None:
    link_to(clock, "contoso")
    with making(clock()) as work:
        person = lin_at(work, "contoso")
        end_of_erased(work, ErasureDecided(person.id, person.id, None))
    with making(clock()) as work:
        (one,) = work.session.query(Association)
        assert one.end_reason is EndReason.ERASED
        assert running(work) == []
