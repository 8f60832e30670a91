"""The operator's page of keys: how each stands, and changing or dropping one (C8)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_sealed import keys_of, make_sealed, make_stocked, opened, owner_of
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind
from vlms.core.permissions import Role
from vlms.keys.models import SealingKey
from vlms.keys.service.resealing import reseal

OPERATOR, ADMIN = "olga@operator.example", "ann@contoso.example"
KEYS = "/o/operator/keys/"


def set_up(client: CheckingClient, clock: StillClock, *, released: bool = False) -> UUID:
    """Three codes of an organisation, one in stock, and an operator who has signed in."""
    contoso = make_sealed(clock(), "contoso", 3, released=released)
    make_stocked(clock(), ["HELD00000001"])
    with making(clock()) as work:
        operator = make_organisation(work, "operator", OrganisationKind.OPERATOR)
        make_member(work, operator, Role.OPERATOR, OPERATOR)
        owner_id = owner_of(work, contoso)
    client.sign_in(OPERATOR)
    return owner_id


def count_keys(clock: StillClock, owner_id: UUID | None) -> int:
    with making(clock()) as work:
        return len(keys_of(work, owner_id))


def test_young_keys_ask_for_nothing_and_show_no_key(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(client, clock)
    with making(clock()) as work:
        assert len(work.session.scalars(select(SealingKey)).all()) == 2
    reseal(partial(making, clock()))
    page = client.page(KEYS)
    assert "Nothing: every key is younger than a year" in page.text
    for words in ("Contoso", "Stock of provider's codes", "Present master key"):
        assert words in page.text
    assert "Keys that are to go" not in page.text


def test_a_changed_key_shows_how_far_its_codes_are_sealed_anew(
    client: CheckingClient, clock: StillClock
) -> None:
    owner_id = set_up(client, clock)
    assert client.send(f"{KEYS}{owner_id}/rotate", reason=" ").status_code == 422
    assert count_keys(clock, owner_id) == 1
    assert client.send(f"{KEYS}{owner_id}/rotate", reason="yearly").status_code == 302
    page = client.page(KEYS)
    bar = page.select_one("main table progress")
    assert bar is not None
    assert (bar["value"], bar["max"]) == ("0", "3")
    for words in ("3 codes are sealed with a key that is to go", "No worker runs"):
        assert words in page.text
    reseal(partial(making, clock()))
    page = client.page(KEYS)
    assert "Dropped by itself" in page.text
    assert "are sealed with a key that is to go" not in page.text
    reseal(partial(making, clock() + timedelta(days=1)))
    assert "Keys that are to go" not in client.page(KEYS).text
    journal = client.page(f"/o/operator/organisations/{owner_id}").text
    assert "contoso" in journal


def test_the_stocks_key_is_changed_and_a_form_counts_once(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(client, clock)
    page = client.page(f"{KEYS}stock/rotate")
    fields = {
        str(one["name"]): str(one.get("value", "")) for one in page.select("main input[name]")
    }
    for _time in range(2):
        answer = client.post(f"{KEYS}stock/rotate", data={**fields, "reason": "yearly"})
        assert answer.status_code == 302
    assert count_keys(clock, None) == 2


def test_after_a_year_the_page_asks_for_a_change(client: CheckingClient, clock: StillClock) -> None:
    set_up(client, clock)
    clock.move(days=365)
    client.sign_in(OPERATOR)
    assert "2 keys are older than a year" in client.page(KEYS).text


def test_keys_are_dropped_only_when_no_code_is_usable_and_the_name_is_typed(
    client: CheckingClient, clock: StillClock
) -> None:
    owner_id = set_up(client, clock)
    page = client.page(f"{KEYS}{owner_id}/shred").text
    assert "3 codes of the organisation can still be used" in page
    clock.move(days=400)
    reseal(partial(making, clock()))
    client.sign_in(OPERATOR)
    refused = client.send(f"{KEYS}{owner_id}/shred", reason="left us", confirm="contosa")
    assert refused.status_code == 422
    assert "is not the organisation" in refused.text
    done = client.send(f"{KEYS}{owner_id}/shred", reason="left us", confirm="contoso")
    assert done.status_code == 302
    assert "Ordered to be dropped" in client.page(KEYS).text


def test_who_proved_themselves_longer_ago_does_so_again(
    client: CheckingClient, clock: StillClock
) -> None:
    owner_id = set_up(client, clock)
    clock.move(minutes=6)
    for place in (f"{owner_id}/rotate", f"{owner_id}/shred", "stock/rotate"):
        answer = client.get(f"{KEYS}{place}")
        assert (answer.status_code, answer.location) == (302, f"/prove?next={KEYS}{place}")
    assert client.get(KEYS).status_code == 200


def test_nobody_else_sees_keys(client: CheckingClient, clock: StillClock) -> None:
    texts = make_sealed(clock(), "contoso", 1)
    with making(clock()) as work:
        owner_id = owner_of(work, texts)
        owner = keys_of(work, owner_id)[0]
        assert owner.organisation_id == owner_id
    with making(clock()) as work:
        fabrikam = make_organisation(work, "fabrikam")
        make_member(work, fabrikam, Role.LICENSING_ADMIN, ADMIN)
    client.sign_in(ADMIN)
    for place in ("", f"{owner_id}/rotate", f"{owner_id}/shred"):
        for slug in ("fabrikam", "contoso", "operator"):
            assert client.get(f"/o/{slug}/keys/{place}").status_code in (403, 404)
    assert opened(clock(), texts) == texts
