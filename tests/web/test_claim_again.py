"""A fresh claim link by self-service: the same answer for everybody."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from tests.support.clock import START, StillClock
from tests.support.holding import ADDRESS, code_of, mailed_link, make_held
from tests.support.making import making
from tests.support.making_accounts import mailed_links
from tests.support.pages import CheckingClient
from vlms.accounts.links import link_path
from vlms.codes.rules.lifecycle import State
from vlms.codes.service import tries
from vlms.codes.service.relinking import SEND_LINKS, send_links
from vlms.codes.service.telling import claim_link
from vlms.jobs.models import Job
from vlms.notices.models import OutboxMessage

PAGE = "/claim-again"


def planned(clock: StillClock) -> list[str]:
    with making(clock()) as work:
        found = work.session.scalars(select(Job).where(Job.kind == SEND_LINKS).order_by(Job.id))
        return [job.facts["email"] for job in found]


def mailed(clock: StillClock) -> list[str]:
    with making(clock()) as work:
        return [one.template for one in work.session.query(OutboxMessage).order_by("id")]


def test_everybody_gets_the_same_answer_and_the_same_work(
    client: CheckingClient, clock: StillClock
) -> None:
    make_held(clock())
    pages = set()
    for address in (ADDRESS, "nobody@nowhere.example"):
        answer = client.send(PAGE, email=address)
        assert answer.status_code == 200
        text = answer.get_data(as_text=True)
        pages.add(re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", text))
    assert len(pages) == 1
    assert planned(clock) == [ADDRESS, "nobody@nowhere.example"]
    assert mailed(clock) == []


def test_a_code_that_waits_gets_a_new_link_and_the_old_one_ends(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        mailed_link(work, held)
        assert send_links(work, ADDRESS) == 1
    old, new = mailed_links(clock(), ADDRESS)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_printed_link_stays_good_whoever_asks_for_a_new_one(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        printed = link_path(work.keys.link, claim_link(work, code_of(work, held)))
        assert send_links(work, ADDRESS) == 1
    assert client.get(printed).status_code == 200


def test_what_is_claimed_needs_no_link_and_what_is_over_none_either(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock(), claimed_at=START)
    with making(clock()) as work:
        assert send_links(work, ADDRESS) == 0
    assert mailed(clock) == ["codes_claimed"]
    with making(clock()) as work:
        code_of(work, held).expires_at = START
    clock.move(minutes=1)
    with making(clock()) as work:
        assert send_links(work, ADDRESS) == 0
        assert send_links(work, "nobody@nowhere.example") == 0
    assert mailed(clock) == ["codes_claimed"]


def test_a_reservation_tells_nobody_anything(client: CheckingClient, clock: StillClock) -> None:
    make_held(clock(), State.RESERVED)
    with making(clock()) as work:
        assert send_links(work, ADDRESS) == 0
    assert mailed(clock) == []


def test_one_mailbox_gets_few_links_an_hour_whoever_asks(
    client: CheckingClient, clock: StillClock
) -> None:
    make_held(clock())
    limit = tries.LIMITS[tries.LINKS_BY_MAIL]
    for _ in range(limit):
        clock.set(clock() + timedelta(seconds=1))
        assert client.send(PAGE, email=ADDRESS).status_code == 200
    assert client.send(PAGE, email=ADDRESS).status_code == 429
    assert client.send(PAGE, email="other@contoso.example").status_code == 200
    assert len(planned(clock)) == limit + 1


def test_a_link_that_is_over_says_what_to_do(client: CheckingClient, clock: StillClock) -> None:
    page = client.page(f"/claim/{'x' * 43}", 404)
    assert page.select_one(f'a[href="{PAGE}"]') is not None
