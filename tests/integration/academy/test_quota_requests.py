"""A coordinator asks for more of a pack; the admin answers once (F11)."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.conservation import check_packs
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy, make_quota
from tests.support.racing import race, winners
from vlms.academy.errors import QuotaRefused
from vlms.academy.models.packs import PackQuota, QuotaRequestState
from vlms.academy.queries.packs import get_request, list_requests
from vlms.academy.service.quota_requests import ask, give_asked, refuse
from vlms.academy.service.quotas import Place
from vlms.core.errors import BadInput, Conflict, Forbidden, NotFound
from vlms.notices.models import OutboxMessage

WHY = "a second class began"


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def asked(academy: Academy, clock: StillClock, count: int = 40) -> UUID:
    with academy.coordinating(clock()) as work:
        return ask(work, academy.pack.id, Place(academy.law.id), count, WHY).id


def mails(clock: StillClock) -> list[tuple[str, str]]:
    with making(clock()) as work:
        found = work.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        return [(mail.template, mail.to_address) for mail in found]


def test_some_is_given_and_both_sides_are_told(academy: Academy, clock: StillClock) -> None:
    request_id = asked(academy, clock)
    with academy.administering(clock()) as work:
        found = give_asked(work, request_id, 25, academy.term.id, "the rest next month")
        assert (found.state, found.given_count) == (QuotaRequestState.GIVEN, 25)
        quota = work.session.scalars(select(PackQuota)).one()
        assert (quota.school_id, quota.term_id) == (academy.law.id, academy.term.id)
        assert quota.quota_count == 25
    assert mails(clock) == [
        ("quota_asked", "ada@fabrikam.example"),
        ("quota_given", "cleo@fabrikam.example"),
        ("quota_answered", "cleo@fabrikam.example"),
    ]
    with making(clock()) as work:
        check_packs(work)


def test_a_refusal_says_why_and_then_it_may_be_asked_again(
    academy: Academy, clock: StillClock
) -> None:
    request_id = asked(academy, clock)
    with pytest.raises(QuotaRefused) as caught:
        asked(academy, clock)
    assert caught.value.reason == "request_open"
    with pytest.raises(BadInput), academy.administering(clock()) as work:
        refuse(work, request_id, " ")
    with academy.administering(clock()) as work:
        assert refuse(work, request_id, "nothing is left").state is QuotaRequestState.REFUSED
    with pytest.raises(Conflict), academy.administering(clock()) as work:
        give_asked(work, request_id, 1)
    asked(academy, clock, 10)
    with making(clock()) as work:
        assert [one.asked_count for one in list_requests(work.session)] == [10, 40]
        assert work.session.scalars(select(PackQuota)).all() == []


def test_more_than_the_pack_has_leaves_the_request_open(
    academy: Academy, clock: StillClock
) -> None:
    request_id = asked(academy, clock, 600)
    with pytest.raises(QuotaRefused), academy.administering(clock()) as work:
        give_asked(work, request_id, 600)
    with making(clock()) as work:
        assert get_request(work.session, request_id).state is QuotaRequestState.OPEN


def test_only_a_coordinator_asks_and_only_for_an_own_school(
    academy: Academy, clock: StillClock
) -> None:
    with pytest.raises(Forbidden), academy.administering(clock()) as work:
        ask(work, academy.pack.id, Place(academy.law.id), 1, WHY)
    with pytest.raises(NotFound), academy.coordinating(clock()) as work:
        ask(work, academy.pack.id, Place(academy.management.id), 1, WHY)
    request_id = asked(academy, clock)
    with pytest.raises(Forbidden), academy.coordinating(clock()) as work:
        give_asked(work, request_id, 1)
    with pytest.raises(NotFound), academy.coordinating(clock(), academy.management) as work:
        get_request(work.session, request_id)


def test_of_two_answers_at_once_one_counts(app: Flask, academy: Academy, clock: StillClock) -> None:
    with making(clock()) as work:
        make_quota(work, academy.pack, academy.management, 1)
    request_id = asked(academy, clock)

    def answer(count: int) -> int:
        with academy.administering(clock()) as work:
            if count == 0:
                refuse(work, request_id, "no")
            else:
                give_asked(work, request_id, count)
        return count

    results = race(app, [partial(answer, count) for count in (0, 5, 0, 5)])
    assert len(winners(results)) == 1
    with making(clock()) as work:
        check_packs(work)
        given = get_request(work.session, request_id).given_count or 0
        sizes = work.session.scalars(select(PackQuota.quota_count)).all()
        assert sum(sizes) == 1 + given


def test_two_requests_at_once_make_one(app: Flask, academy: Academy, clock: StillClock) -> None:
    results = race(app, [partial(asked, academy, clock)] * 4)
    assert len(winners(results)) == 1
    assert all(isinstance(one, UUID | QuotaRefused) for one in results)
