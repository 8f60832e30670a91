"""Carrying a term over: chosen, shown before, confirmed once."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from tests.integration.academy.test_rollover import play
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import ADMIN_EMAIL, COORDINATOR_EMAIL
from tests.support.pages import CheckingClient
from vlms.academy.models.packs import PackQuota

BASE = "/o/fabrikam/reports/rollover"


def test_what_will_happen_is_shown_before_it_does(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    clock.set(datetime(2026, 7, 15, 2, 0, tzinfo=UTC))
    with making(clock()) as work:
        academy, autumn = play(work)
    client.sign_in(ADMIN_EMAIL)
    chooser = client.page(BASE)
    assert [option.text.split(" ·")[0] for option in chooser.select("#from option")] == [
        "Spring 2026"
    ]
    asked = f"{BASE}/confirm?from={academy.term.id}&to={autumn.id}"
    words = client.page(asked).text
    assert "40 free exams move; 10 reserved stay" in words
    assert "Contracts 1" in words
    assert "Whole year" not in words
    with making(clock()) as work:
        assert not work.session.scalars(
            select(PackQuota).where(PackQuota.term_id == autumn.id)
        ).all()
    assert client.send(asked).status_code == 302
    with making(clock()) as work:
        moved = work.session.scalars(select(PackQuota).where(PackQuota.term_id == autumn.id))
        assert sorted(quota.quota_count for quota in moved) == [20, 40]


def test_terms_that_do_not_follow_are_refused_with_the_rule(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        academy, autumn = play(work)
    client.sign_in(ADMIN_EMAIL)
    early = client.page(f"{BASE}/confirm?from={academy.term.id}&to={autumn.id}", 422)
    assert "still runs until" in early.text
    assert early.select_one('a.rule[href$="#A2"]')
    assert client.page(f"{BASE}/confirm?from=nothing").select_one("h1")


def test_a_coordinator_does_not_find_it(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        play(work)
    client.sign_in(COORDINATOR_EMAIL)
    assert not client.page("/o/fabrikam/reports/").select('a[href$="/rollover"]')
    client.page(BASE, 403)
