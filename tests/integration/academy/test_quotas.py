"""A pack is shared out, what is free is taken back, and moved between schools (A2, F11)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.conservation import check_packs
from tests.support.making import make_organisation, making
from tests.support.making_academy import (
    Academy,
    make_academy,
    make_pack,
    make_school,
    make_seats,
    make_term,
)
from tests.support.making_catalog import make_product
from tests.support.making_codes import make_agreement
from vlms.academy.errors import QuotaRefused
from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind
from vlms.academy.queries.packs import get_pack, get_quota
from vlms.academy.service.drawing import reserve
from vlms.academy.service.quotas import Place, give, move, recall
from vlms.audit.models import AuditEntry
from vlms.catalog.models import ProductKind
from vlms.core.errors import BadInput, DomainError, Forbidden, NotFound
from vlms.notices.models import OutboxMessage

WHY = "the class is smaller"


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def given(academy: Academy, clock: StillClock, count: int, place: Place | None = None) -> UUID:
    with academy.administering(clock()) as work:
        return give(work, academy.pack.id, place or Place(academy.law.id), count).id


def draw(academy: Academy, clock: StillClock, quota_id: UUID, count: int) -> None:
    with making(clock()) as work:
        quota = get_quota(work.session, quota_id)
        seats = make_seats(work, academy, quota, count)
        reserve(work, quota_id, [seat.id for seat in seats])


def sound(clock: StillClock) -> None:
    with making(clock()) as work:
        check_packs(work)


def test_a_school_is_given_quota_twice_and_has_one_quota_of_both(
    academy: Academy, clock: StillClock
) -> None:
    first = given(academy, clock, 100)
    assert given(academy, clock, 20) == first
    with academy.coordinating(clock()) as work:
        quota = get_quota(work.session, first)
        assert (quota.quota_count, quota.free_count) == (120, 120)
    with making(clock()) as work:
        assert get_pack(work.session, academy.pack.id).allotted_count == 120
        kinds = work.session.scalars(select(PackEntry.kind)).all()
        assert kinds == [PackEntryKind.GIVEN, PackEntryKind.GIVEN]
        told = select(AuditEntry.action).where(AuditEntry.record_id == first)
        assert work.session.scalars(told).all() == ["pack_quota.given"] * 2
    sound(clock)


def test_the_schools_coordinator_gets_a_mail_and_nobody_else(
    academy: Academy, clock: StillClock
) -> None:
    given(academy, clock, 100, Place(academy.law.id, academy.term.id))
    given(academy, clock, 50, Place())
    with making(clock()) as work:
        mails = work.session.scalars(select(OutboxMessage)).all()
    assert [mail.to_address for mail in mails] == ["cleo@fabrikam.example"]
    assert mails[0].facts["term"] == "Spring 2026"
    assert mails[0].facts["count"] == 100


def test_more_than_the_pack_has_left_is_refused_with_the_numbers(
    academy: Academy, clock: StillClock
) -> None:
    given(academy, clock, 400)
    with pytest.raises(QuotaRefused) as caught:
        given(academy, clock, 101, Place(academy.management.id))
    assert caught.value.facts["asked"] == 101
    assert caught.value.facts["free"] == 100
    assert "School of Law (holds 400, 400 of them free)" in str(caught.value)
    given(academy, clock, 100, Place(academy.management.id))
    with pytest.raises(QuotaRefused, match="A2"):
        given(academy, clock, 1)
    sound(clock)


def test_only_what_is_free_is_taken_back(academy: Academy, clock: StillClock) -> None:
    quota_id = given(academy, clock, 40)
    draw(academy, clock, quota_id, 15)
    with pytest.raises(QuotaRefused) as caught, academy.administering(clock()) as work:
        recall(work, quota_id, 26, WHY)
    assert caught.value.facts == {"asked": 26, "free": 25}
    with academy.administering(clock()) as work:
        assert recall(work, quota_id, 25, WHY).free_count == 0
        assert work.session.get_one(Pack, academy.pack.id).allotted_count == 15
    with pytest.raises(QuotaRefused) as caught, academy.administering(clock()) as work:
        recall(work, quota_id, 1, WHY)
    assert caught.value.reason == "nothing_free"
    sound(clock)


def test_what_is_free_is_moved_between_schools_and_the_pack_stays_as_it_is(
    academy: Academy, clock: StillClock
) -> None:
    quota_id = given(academy, clock, 40)
    draw(academy, clock, quota_id, 15)
    to = Place(academy.management.id, academy.term.id)
    with academy.administering(clock()) as work:
        grown = move(work, quota_id, to, 25, WHY)
        assert grown.quota_count == 25
        assert get_quota(work.session, quota_id).quota_count == 15
        assert work.session.get_one(Pack, academy.pack.id).allotted_count == 40
    with pytest.raises(QuotaRefused), academy.administering(clock()) as work:
        move(work, grown.id, to, 1, WHY)
    with pytest.raises(QuotaRefused), academy.administering(clock()) as work:
        move(work, grown.id, Place(academy.law.id), 26, WHY)
    sound(clock)


def test_a_coordinator_shares_nothing_out(academy: Academy, clock: StillClock) -> None:
    quota_id = given(academy, clock, 40)
    with pytest.raises(Forbidden), academy.coordinating(clock()) as work:
        give(work, academy.pack.id, Place(academy.law.id), 1)
    with pytest.raises(Forbidden), academy.coordinating(clock()) as work:
        recall(work, quota_id, 1, WHY)
    with pytest.raises(Forbidden), academy.coordinating(clock()) as work:
        move(work, quota_id, Place(), 1, WHY)


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
def test_numbers_that_are_none_are_refused(academy: Academy, clock: StillClock, count: int) -> None:
    with pytest.raises(BadInput):
        given(academy, clock, count)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_recall_needs_a_reason(academy: Academy, clock: StillClock, reason: str) -> None:
    quota_id = given(academy, clock, 4)
    with pytest.raises(BadInput), academy.administering(clock()) as work:
        recall(work, quota_id, 1, reason)


def test_a_school_that_the_agreement_does_not_cover_gets_nothing(
    academy: Academy, clock: StillClock
) -> None:
    with making(clock()) as work:
        other = make_agreement(work, academy.organisation)
        uncovered = make_school(work, other, "School of Music")
        stranger = make_school(
            work, make_agreement(work, make_organisation(work, "northwind")), "Theirs"
        )
    with pytest.raises(QuotaRefused) as caught:
        given(academy, clock, 1, Place(uncovered.id))
    assert caught.value.reason == "school_not_covered"
    with pytest.raises(NotFound):
        given(academy, clock, 1, Place(stranger.id))


def test_a_term_that_is_over_or_comes_too_late_gets_nothing(
    academy: Academy, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = academy.organisation
        over = make_term(work, organisation, "Autumn 2025", date(2025, 9, 1), date(2026, 1, 31))
        late = make_term(work, organisation, "Spring 2027", date(2027, 2, 1), date(2027, 6, 30))
    for term in (over, late):
        with pytest.raises(QuotaRefused) as caught:
            given(academy, clock, 1, Place(academy.law.id, term.id))
        assert caught.value.reason == "term_over"


def test_a_pack_that_has_lapsed_is_not_shared_out(academy: Academy, clock: StillClock) -> None:
    quota_id = given(academy, clock, 10)
    clock.set(academy.pack.expires_at)
    with pytest.raises(QuotaRefused) as caught:
        given(academy, clock, 1)
    assert caught.value.reason == "pack_lapsed"
    with pytest.raises(DomainError), academy.administering(clock()) as work:
        recall(work, quota_id, 1, WHY)


def test_a_grant_is_shared_by_all_and_no_school_gets_a_part(
    academy: Academy, clock: StillClock
) -> None:
    with making(clock()) as work:
        product = make_product(work, "imagine", ProductKind.IMAGINE_ACADEMY, units=30)
        grant = make_pack(work, academy.agreement, product, 30)
    with pytest.raises(QuotaRefused) as caught, academy.administering(clock()) as work:
        give(work, grant.id, Place(academy.law.id), 10)
    assert caught.value.rule == "A3"
