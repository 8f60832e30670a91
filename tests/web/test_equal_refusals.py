"""Whoever is not entitled to the reason gets one answer to any code: status, bytes and length.

An unknown code, and codes of somebody else that are assigned, used, expired and void, are
typed at each door; only the page's tokens differ, and what was typed where it is shown again.
Those have one length.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.counting import statements
from tests.support.making import make_member, make_organisation, make_person, make_user, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.pages import CheckingClient
from vlms.codes.rules.code_text import display
from vlms.codes.rules.code_text import make_codes as make_texts
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ADMIN, HOLDER = "eve@fabrikam.example", "hal@fabrikam.example"
DESK = "dee@fabrikam.example"
_TOKENS = re.compile(r'(<input[^>]*name="(?:csrf_token|token)"[^>]*>)')
TEXTS = [make_texts(bytes(range(n, n + 26)))[0] for n in range(6)]
UNKNOWN, ASSIGNED, USED, EXPIRED, VOID, OWN = TEXTS
FIVE = TEXTS[:5]
DOORS = {
    "a stranger's help": (None, "/code-help", "code"),
    "a holder's help": (HOLDER, "/my/codes/help", "code"),
    "a holder's search": (HOLDER, "/my/search", "words"),
    "an admin's search": (ADMIN, "/o/fabrikam/search", "words"),
    "a desk": (DESK, "/o/fabrikam/desk/", "code"),
}


def set_up(clock: StillClock) -> None:
    """Codes of Contoso in every state, and Fabrikam with an admin and a holder of one code."""
    with making(clock()) as work:
        product = make_product(work)
        contoso, fabrikam = make_organisation(work, "contoso"), make_organisation(work, "fabrikam")
        make_member(work, fabrikam, Role.LICENSING_ADMIN, ADMIN)
        make_member(work, fabrikam, Role.EXAM_DESK, DESK)
        holder = make_person(work, fabrikam, "Hal", HOLDER, make_user(work, HOLDER))
        own = make_line(work, make_agreement(work, fabrikam), product, 1)
        make_codes(work, own, 1, person=holder, state=State.ASSIGNED, texts=[OWN])
        other = make_person(work, contoso, "Lin", "lin@contoso.example")
        line = make_line(work, make_agreement(work, contoso), product, 4)
        past = {"expires_at": clock() - timedelta(days=1)}
        ways: list[tuple[str, State, dict[str, object]]] = [
            (ASSIGNED, State.ASSIGNED, {}),
            (USED, State.USED, {}),
            (EXPIRED, State.ASSIGNED, past),
            (VOID, State.VOID, {}),
        ]
        for text, state, facts in ways:
            make_codes(work, line, 1, person=other, state=state, texts=[text], **facts)


def told(answer: TestResponse, text: str) -> tuple[int, int, str]:
    """Status, length, and bytes without the page's own tokens and what was typed."""
    body = answer.get_data(as_text=True)
    return answer.status_code, len(body), _TOKENS.sub("", body).replace(display(text), "typed")


def typed_at(client: CheckingClient, door: str, text: str) -> TestResponse:
    _who, address, field = DOORS[door]
    if field == "words":
        return client.press(address, address, words=display(text))
    return client.send(address, code=display(text))


def asked_for(client: CheckingClient, door: str, text: str) -> list[str]:
    """What is asked of the database when this is typed."""
    with statements() as found:
        typed_at(client, door, text)
    return found


@pytest.mark.parametrize("door", DOORS)
def test_the_five_refusals_are_one(
    app: Flask, client: CheckingClient, clock: StillClock, door: str
) -> None:
    set_up(clock)
    who = DOORS[door][0]
    if who:
        client.sign_in(who)
    answers = [told(typed_at(client, door, text), text) for text in FIVE]
    first = answers[0]
    assert [one[:2] for one in answers] == [first[:2]] * 5
    assert [one[2] for one in answers] == [first[2]] * 5


@pytest.mark.parametrize("door", DOORS)
def test_the_five_cost_the_same_statements(
    app: Flask, client: CheckingClient, clock: StillClock, door: str
) -> None:
    """What cannot be told by the clock either: nothing more is asked for one than for another."""
    set_up(clock)
    who = DOORS[door][0]
    if who:
        client.sign_in(who)
    # What is made for the first try of an hour is there from then on.
    typed_at(client, door, UNKNOWN)
    asked = [asked_for(client, door, text) for text in FIVE]
    assert len(asked[0]) > 2
    assert asked == asked[:1] * 5


def test_what_is_found_costs_more(app: Flask, client: CheckingClient, clock: StillClock) -> None:
    """The control: a look-up that goes on once it has found a row is told by its statements."""
    set_up(clock)
    client.sign_in(HOLDER)
    door = "a holder's help"
    typed_at(client, door, UNKNOWN)
    assert asked_for(client, door, OWN) != asked_for(client, door, UNKNOWN)


def test_who_is_entitled_is_told_more(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    """The control: the same door answers otherwise to the code's own holder."""
    set_up(clock)
    client.sign_in(HOLDER)
    door = "a holder's help"
    own, unknown = (told(typed_at(client, door, text), text) for text in (OWN, UNKNOWN))
    assert own[2] != unknown[2]
