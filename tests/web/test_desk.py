"""The exam desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.clock import START, StillClock
from tests.support.holding import EXAM, Held, appointments, code_of, make_held, person_of, state_now
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.codes.rules.code_text import display
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role

DESK = "/o/contoso/desk/"
STARTS_AT = START + timedelta(days=10)
# Its own check symbols: data of 26 zeros but the first.
KNOWN = "0123456789ABCDEFGHJKMNPQRSWX"


def at_desk(client: CheckingClient, clock: StillClock, held: Held) -> Held:
    with making(clock()) as work:
        organisation = work.session.get_one(Organisation, person_of(work, held).organisation_id)
        make_member(work, organisation, Role.EXAM_DESK, "desk@contoso.example")
    client.sign_in("desk@contoso.example")
    return held


def path(held: Held, *parts: str) -> str:
    return "/".join(("/o/contoso/desk/codes", str(held.code_id), *parts))


@pytest.mark.parametrize(
    "typed",
    [
        "0123-4567-89AB-CDEF-GHJK-MNPQ-RSWX",
        " o123 4567 89ab cdef ghjk mnpq rswx ",
        "OI23-4567-89ab-cdef-ghjk-mnpq-rswx",
        "０１２３４５６７８９ＡＢＣＤＥＦＧＨＪＫＭＮＰＱＲＳＷＸ",
    ],
)
def test_a_code_is_found_however_it_is_typed(
    client: CheckingClient, clock: StillClock, typed: str
) -> None:
    held = at_desk(client, clock, make_held(clock(), text=KNOWN))
    response = client.send(DESK, code=typed)
    assert response.location == path(held)
    page = client.page(path(held))
    assert "林美玲" in page.text
    assert held.text[:8] not in page.text
    assert display(held.text) not in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0123-4567-89AB-CDEF-GHJK-MNPQ-RSWY", "mistyped"),
        ("", "missing"),
        ("0123 4567", "No such code is found here"),
        ("x" * 400, "longer than"),
        ("\u202e🙂", "which no code contains"),
    ],
)
def test_a_text_that_is_no_code_is_refused_beside_the_field(
    client: CheckingClient, clock: StillClock, typed: str, said: str
) -> None:
    at_desk(client, clock, make_held(clock(), text=KNOWN))
    response = client.send(DESK, code=typed)
    assert response.status_code == 422
    text = response.get_data(as_text=True)
    assert "code-error" in text
    assert said in text


def test_another_organisations_code_gets_the_answer_of_an_unknown_one(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        fabrikam = make_organisation(work, "fabrikam")
        make_member(work, fabrikam, Role.EXAM_DESK, "desk@fabrikam.example")
    client.sign_in("desk@fabrikam.example")
    address = "/o/fabrikam/desk/"
    answers = set()
    for typed in (held.text, KNOWN):
        response = client.send(address, code=typed)
        answers.add(_refusal(response.get_data(as_text=True)))
        assert response.status_code == 422
    assert len(answers) == 1
    client.page(f"{address}codes/{held.code_id}", 404)
    client.page(path(held), 404)


def _refusal(text: str) -> str:
    start = text.index('id="code-error"')
    return text[start : text.index("</div>", start)]


def test_register_move_and_start_at_the_desk(client: CheckingClient, clock: StillClock) -> None:
    held = at_desk(client, clock, make_held(clock()))
    booked = {"exam_number": EXAM, "site": "Site 3", "starts_at": "2026-03-12T09:00"}
    # The clock stands at 1 March; what starts within 24 hours is never cancelled free (C3).
    told = client.page(path(held, "register")).get_text(" ")
    assert "can no longer be cancelled free of charge" in told
    assert client.send(path(held, "register"), **booked).location == path(held)
    assert client.send(path(held, "move"), starts_at="2026-03-13T09:00").location == path(held)
    clock.set(START + timedelta(days=11, hours=1))
    client.sign_in("desk@contoso.example")
    sent = {"outcome": "used", "happened_at": "2026-03-13T09:05"}
    assert client.send(path(held, "outcome"), **sent).location == path(held)
    assert state_now(held, clock()) is State.USED
    assert "Exam started" in client.page(path(held)).text


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("no_show", State.FORFEITED), ("cancelled_by_provider", State.ASSIGNED)],
)
def test_outcomes_are_recorded(
    client: CheckingClient, clock: StillClock, outcome: str, state: State
) -> None:
    held = make_held(clock(), State.REGISTERED, starts_at=STARTS_AT)
    clock.set(STARTS_AT + timedelta(days=2))
    at_desk(client, clock, held)
    assert client.send(path(held, "outcome"), outcome=outcome).status_code == 302
    assert state_now(held, clock()) is state


def test_a_cancellation_counts_by_when_it_happened(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock(), State.REGISTERED, starts_at=STARTS_AT)
    clock.set(STARTS_AT + timedelta(days=2))
    at_desk(client, clock, held)
    assert client.send(path(held, "cancel")).status_code == 422
    assert client.send(path(held, "cancel"), happened_at="2026-03-11T09:00").status_code == 302
    assert state_now(held, clock()) is State.ASSIGNED
    assert len(appointments(held, clock())) == 1


@pytest.mark.parametrize(
    "happened_at", ["2026-13-01T09:00", "2027-01-01T00:00", "1999-01-01T00:00"]
)
def test_an_impossible_time_records_nothing(
    client: CheckingClient, clock: StillClock, happened_at: str
) -> None:
    held = at_desk(client, clock, make_held(clock(), State.REGISTERED, starts_at=STARTS_AT))
    response = client.send(path(held, "outcome"), outcome="used", happened_at=happened_at)
    assert response.status_code == 422
    assert "happened_at-error" in response.get_data(as_text=True)
    assert state_now(held, clock()) is State.REGISTERED


def test_the_operator_replaces_but_does_not_register(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        operator = make_organisation(work, "operator", OrganisationKind.OPERATOR)
        make_member(work, operator, Role.OPERATOR, "op@operator.example")
    client.sign_in("op@operator.example")
    address = f"/o/operator/desk/codes/{held.code_id}"
    page = client.page(address)
    buttons = [button.text.strip() for button in page.select("main button[disabled]")]
    assert buttons == ["Record what happened", "Cancel the appointment"]
    (others,) = [one for one in page.select("details") if "What others do here" in one.text]
    assert "Register for an exam" in others.text
    booked = {"exam_number": EXAM, "site": "x", "starts_at": "2026-03-12T09:00"}
    assert client.send(f"{address}/register", **booked).status_code == 403
    assert client.send(f"{address}/replace", case_number="").status_code == 422
    assert client.send(f"{address}/replace", case_number="CASE-9").location == address
    assert "Replaced by" in client.page(address).text
    with making(clock()) as work:
        assert code_of(work, held).state is State.VOID


@pytest.mark.parametrize("role", [Role.LICENSING_ADMIN, Role.FINANCE, Role.AUDITOR])
def test_the_desk_is_closed_to_others(
    client: CheckingClient, clock: StillClock, role: Role
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        organisation = work.session.get_one(Organisation, person_of(work, held).organisation_id)
        make_member(work, organisation, role, "who@contoso.example")
    client.sign_in("who@contoso.example")
    for address in (DESK, path(held), path(held, "outcome"), path(held, "register")):
        client.page(address, 403)
