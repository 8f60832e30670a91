"""Pages of packs: what stands in them, who may do what, and what is refused (A2, A3, F11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_academy import Academy, make_academy, make_quota, make_seats
from tests.support.pages import CheckingClient
from vlms.academy.models.packs import PackQuota, QuotaRequest
from vlms.academy.queries.packs import get_pack, get_quota, list_quotas
from vlms.academy.service.drawing import reserve, start
from vlms.accounts.models import OrganisationKind
from vlms.core.permissions import Role

ADMIN, COORDINATOR = "ada@fabrikam.example", "cleo@fabrikam.example"
PACKS = "/o/fabrikam/packs/"


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def given(academy: Academy, clock: StillClock, count: int = 40, drawn: int = 0) -> UUID:
    with making(clock()) as work:
        quota = make_quota(work, academy.pack, academy.law, count)
        if drawn:
            seats = [seat.id for seat in make_seats(work, academy, quota, drawn)]
            reserve(work, quota.id, seats)
            start(work, quota.id, [seats[0]])
        return quota.id


def quota_now(clock: StillClock, quota_id: UUID) -> PackQuota:
    with making(clock()) as work:
        return get_quota(work.session, quota_id)


def refused(client: CheckingClient, address: str, **fields: Any) -> TestResponse:
    """The form's page with what is wrong."""
    response = client.send(address, **fields)
    assert response.status_code == 422
    return response


def fresh(app: Flask) -> CheckingClient:
    """Somebody else's browser."""
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    return found


def test_the_list_shows_each_pack_with_its_counts(
    client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    given(academy, clock, 40, 12)
    client.sign_in(ADMIN)
    text = client.page(PACKS).text
    assert academy.pack.number in text
    for number in ("500", "40", "11", "1", "28"):
        assert number in text
    assert academy.pack.number not in client.page(f"{PACKS}?standing=over").text
    assert academy.pack.number in client.page(f"{PACKS}?standing=running&kind=site_pack&q=SP").text
    assert "No pack fits" in client.page(f"{PACKS}?q=nothing").text


def test_an_admin_gives_quota_and_is_refused_more_than_is_left(
    client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    client.sign_in(ADMIN)
    address = f"{PACKS}{academy.pack.id}/give"
    client.page(address)
    fields = {"school": str(academy.law.id), "term": str(academy.term.id)}
    client.send(address, **{**fields, "count": "120"})
    page = client.page(f"{PACKS}{academy.pack.id}").text
    assert "School of Law" in page
    assert "Spring 2026" in page
    told = refused(client, address, **{**fields, "count": "381"}).text
    assert "381 were to be given and 380 of the pack are not given" in told
    assert "School of Law, Spring 2026 (holds 120, 120 of them free)" in told
    with making(clock()) as work:
        assert get_pack(work.session, academy.pack.id).allotted_count == 120


def test_an_admin_takes_back_and_moves_what_is_free_alone(
    client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    quota_id = given(academy, clock, 40, 15)
    client.sign_in(ADMIN)
    recall, move = (f"{PACKS}quotas/{quota_id}/{word}" for word in ("recall", "move"))
    told = refused(client, recall, count="26", reason="needed").text
    assert "25 are free there" in told
    client.send(recall, count="5", reason="needed")
    to = {"school": str(academy.management.id), "term": "", "reason": "needed there"}
    client.send(move, **{**to, "count": "20"})
    assert quota_now(clock, quota_id).free_count == 0
    page = client.page(f"{PACKS}{academy.pack.id}").text
    assert "School of Management" in page
    assert "Nothing of this quota is free" in page
    ledger = client.page(f"{PACKS}{academy.pack.id}/ledger").text
    assert "needed there" in ledger
    assert "Taken back" in client.page(f"{PACKS}{academy.pack.id}/ledger?kind=recalled").text


def test_a_coordinator_sees_the_own_school_alone_and_asks_for_more(
    client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    given(academy, clock)
    with making(clock()) as work:
        make_quota(work, academy.pack, academy.management, 77)
    client.sign_in(COORDINATOR)
    page = client.page(f"{PACKS}{academy.pack.id}")
    assert "School of Law" in page.text
    assert "School of Management" not in page.text
    assert "77" not in page.text.split()
    assert client.get(f"{PACKS}{academy.pack.id}/give").status_code == 403
    ask = f"{PACKS}{academy.pack.id}/ask"
    assert "School of Management" not in client.page(ask).text
    wish = {"school": str(academy.law.id), "count": "30", "reason": "a second class"}
    client.send(ask, **wish)
    assert "is not answered yet" in refused(client, ask, **wish).text
    foreign = {**wish, "school": str(academy.management.id)}
    refused(client, ask, **foreign)


def test_the_admin_gives_some_of_what_was_asked_or_refuses_with_a_reason(
    app: Flask, client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    client.sign_in(COORDINATOR)
    wish = {"school": str(academy.law.id), "count": "30", "reason": "a second class"}
    client.send(f"{PACKS}{academy.pack.id}/ask", **wish, term=str(academy.term.id))
    client = fresh(app)
    client.sign_in(ADMIN)
    assert "a second class" in client.page(f"{PACKS}{academy.pack.id}").text
    with making(clock()) as work:
        key = work.session.scalars(select(QuotaRequest.id)).one()
    refuse = f"{PACKS}requests/{key}/refuse"
    refused(client, refuse, reason="")
    give = f"{PACKS}requests/{key}/give"
    assert client.page(give).select('input[name=count][value="30"]')
    (offered,) = client.page(give).select("select[name=term] option[selected]")
    assert offered["value"] == str(academy.term.id)
    client.send(give, count="10", term="", answer="the rest in May")
    page = client.page(f"{PACKS}{academy.pack.id}").text
    assert "the rest in May" in page
    refused(client, refuse, reason="no")


def test_a_stranger_finds_no_pack(
    client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    quota_id = given(academy, clock)
    with making(clock()) as work:
        other = make_organisation(work, "northwind", OrganisationKind.ACADEMIC)
        make_member(work, other, Role.LICENSING_ADMIN, "ned@northwind.example")
    client.sign_in("ned@northwind.example")
    own = "/o/northwind/packs/"
    assert academy.pack.number not in client.page(own).text
    for address in (
        f"{academy.pack.id}",
        f"{academy.pack.id}/give",
        f"{academy.pack.id}/ledger",
        f"quotas/{quota_id}/recall",
        f"quotas/{quota_id}/move",
    ):
        assert client.get(own + address).status_code == 404, address


def test_the_list_is_a_file_in_three_formats(
    client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    client.sign_in(ADMIN)
    for form in ("xlsx", "csv", "pdf"):
        assert client.get(f"{PACKS}download.{form}").status_code == 200
    assert academy.pack.number in client.get(f"{PACKS}download.csv").text


def test_the_message_is_sent_again_after_a_question(
    client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    client.sign_in(ADMIN)
    address = f"{PACKS}{academy.pack.id}/tell-again"
    client.page(address)
    client.send(address)
    assert "Message about a site pack sent again" in client.page(f"{PACKS}{academy.pack.id}").text


def test_a_pack_of_which_nothing_is_given_says_so_and_a_coordinator_is_told_what_is_left_out(
    app: Flask, client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    client.sign_in(ADMIN)
    assert "not given yet: 500" in client.page(PACKS).text
    given(academy, clock)
    left = 500 - sum(quota.quota_count for quota in quotas_of(clock, academy))
    assert f"not given yet: {left}" in client.page(PACKS).text
    assert "not in these figures" not in client.page(PACKS).text
    other = fresh(app)
    other.sign_in(COORDINATOR)
    for address in (PACKS, f"{PACKS}{academy.pack.id}"):
        page = other.page(address).text
        assert "not in these figures" in page
        assert "not given yet" not in page


def quotas_of(clock: StillClock, academy: Academy) -> Sequence[PackQuota]:
    with making(clock()) as work:
        return list_quotas(work.session, academy.pack.id)
