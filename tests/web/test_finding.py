"""The search box of every page: what it opens, for whom, and what it never tells."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import (
    make_member,
    make_organisation,
    make_person,
    make_user,
    making,
)
from tests.support.making_codes import (
    make_agreement,
    make_codes,
    make_line,
    make_product,
    text_of,
)
from tests.support.pages import CheckingClient
from vlms.audit.models import AuditEntry
from vlms.codes.models import Code
from vlms.codes.rules.code_text import display
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.tries import LIMITS, SEARCHES
from vlms.core.permissions import Role
from vlms.orders.models import Order

SEARCH = "/o/contoso/search"
MEMBERS = {
    Role.LICENSING_ADMIN: "ann@contoso.example",
    Role.FINANCE: "fin@contoso.example",
    Role.EXAM_DESK: "desk@contoso.example",
    Role.TEACHER: "tea@contoso.example",
}
HOLDER = "asa@contoso.example"
MISTYPED = "0000-0000-0000-0000-0000-0000-0000"
NOTHING = "Nothing here fits"


def set_up(clock: StillClock) -> dict[str, Code]:
    """Two organisations with an assigned code each, by short name."""
    found = {}
    with making(clock()) as work:
        product = make_product(work)
        for slug in ("contoso", "fabrikam"):
            organisation = make_organisation(work, slug)
            user = make_user(work, f"asa@{slug}.example")
            person = make_person(work, organisation, "Åsa Öberg", f"asa@{slug}.example", user)
            line = make_line(work, make_agreement(work, organisation), product, 1)
            line.order.purchase_order = f"PO-{slug}"
            (found[slug],) = make_codes(work, line, 1, person=person, state=State.ASSIGNED)
            if slug == "contoso":
                for role, email in MEMBERS.items():
                    make_member(work, organisation, role, email)
    return found


def typed(clock: StillClock, code: Code) -> str:
    with making(clock()) as work:
        return display(text_of(work, work.session.get_one(Code, code.id)))


def search(client: CheckingClient, words: str, address: str = SEARCH) -> TestResponse:
    return client.press(address, address, words=words)


def test_a_code_that_is_typed_whole_opens_and_is_journalled(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    code = set_up(clock)["contoso"]
    client.sign_in(MEMBERS[Role.LICENSING_ADMIN])
    text = typed(clock, code)
    for words in (text, text.lower().replace("-", " "), f" {text} "):
        answer = search(client, words)
        assert answer.location == f"/o/contoso/codes/{code.id}"
        assert text not in answer.location
    with making(clock()) as work:
        actions = work.session.scalars(select(AuditEntry.action)).all()
        assert actions.count("code.looked_up") == 3


def test_what_is_elsewhere_mistyped_or_unknown_gets_the_same_answer(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    codes = set_up(clock)
    foreign = typed(clock, codes["fabrikam"])
    wrong = foreign[:-1] + ("0" if foreign[-1] != "0" else "1")
    client.sign_in(MEMBERS[Role.LICENSING_ADMIN])
    answers = set()
    for words in (foreign, wrong, MISTYPED, "asa@fabrikam.example", "PO-fabrikam"):
        answer = search(client, words)
        assert answer.status_code == 200
        text = answer.get_data(as_text=True)
        assert NOTHING in text
        answers.add(_main(text).replace(words, "…"))
    assert len(answers) == 1


def _main(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


@pytest.mark.parametrize("words", ["ÅSA", "öberg", "asa@contoso.example", "ASA@CONTOSO"])
def test_a_person_is_found_by_name_in_any_case_and_by_address(
    app: Flask, client: CheckingClient, clock: StillClock, words: str
) -> None:
    code = set_up(clock)["contoso"]
    client.sign_in(MEMBERS[Role.LICENSING_ADMIN])
    assert search(client, words).location == f"/o/contoso/people/{code.person_id}"


def test_numbers_open_what_they_name(app: Flask, client: CheckingClient, clock: StillClock) -> None:
    code = set_up(clock)["contoso"]
    with making(clock()) as work:
        code = work.session.get_one(Code, code.id)
        order = work.session.scalars(
            select(Order).where(Order.organisation_id == code.organisation_id)
        ).one()
        expected = {
            f"{code.batch.number.lower()}/{code.number}": f"codes/{code.id}",
            code.batch.number: f"codes/batches/{code.batch_id}",
            code.last4.lower(): f"codes/{code.id}",
            order.number: f"orders/{order.id}",
            "po-contoso": f"orders/{order.id}",
            code.agreement.number.lower(): f"agreements/{code.agreement_id}",
        }
    client.sign_in(MEMBERS[Role.LICENSING_ADMIN])
    for words, place in expected.items():
        assert search(client, words).location == f"/o/contoso/{place}", words


def test_several_are_shown_by_kind_with_the_reason(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    with making(clock()) as work:
        organisation = make_organisation(work, "other")
        make_person(work, organisation, "Nobody here")
    client.sign_in(MEMBERS[Role.LICENSING_ADMIN])
    text = search(client, "contoso").get_data(as_text=True)
    assert "Fits by: e-mail address" in text
    assert "Fits by: purchase-order number" in text
    assert "Nobody here" not in text


@pytest.mark.parametrize("role", [Role.FINANCE, Role.TEACHER])
def test_who_may_not_see_codes_finds_none(
    app: Flask, client: CheckingClient, clock: StillClock, role: Role
) -> None:
    code = set_up(clock)["contoso"]
    client.sign_in(MEMBERS[role])
    for words in (typed(clock, code), code.last4, "Åsa"):
        assert NOTHING in search(client, words).get_data(as_text=True), words
    is_order = search(client, "PO-contoso").status_code == 302
    assert is_order == (role is Role.FINANCE)


def test_the_exam_desk_opens_a_typed_code_at_the_desk(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    code = set_up(clock)["contoso"]
    client.sign_in(MEMBERS[Role.EXAM_DESK])
    answer = search(client, typed(clock, code))
    assert answer.location == f"/o/contoso/desk/codes/{code.id}"
    assert NOTHING in search(client, code.last4).get_data(as_text=True)


def test_a_learner_finds_their_own_codes_alone(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    codes = set_up(clock)
    client.sign_in(HOLDER)
    own = f"/my/codes/{codes['contoso'].id}"
    for words in (typed(clock, codes["contoso"]), codes["contoso"].last4.lower()):
        assert search(client, words, "/my/search").location == own
    foreign = typed(clock, codes["fabrikam"])
    assert NOTHING in search(client, foreign, "/my/search").get_data(as_text=True)


def test_what_can_be_searched_is_told_to_who_types_nothing(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(MEMBERS[Role.LICENSING_ADMIN])
    assert "its last four characters" in client.page(SEARCH).text
    assert "at least 2 characters" in search(client, "x").get_data(as_text=True)
    for odd in ("%", "__", "'--", "🎉🎉", "x" * 5_000):
        assert search(client, odd).status_code == 200
    assert search(client, "\0").status_code == 422


def test_a_search_that_is_asked_for_in_an_address_finds_nothing(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    code = set_up(clock)["contoso"]
    client.sign_in(MEMBERS[Role.LICENSING_ADMIN])
    page = client.page(f"{SEARCH}?words={typed(clock, code)}")
    assert str(code.id) not in page.text


@pytest.mark.parametrize("email", [MEMBERS[Role.LICENSING_ADMIN], MEMBERS[Role.EXAM_DESK], HOLDER])
def test_guessed_codes_are_counted_and_limited(
    client: CheckingClient, clock: StillClock, email: str
) -> None:
    codes = set_up(clock)
    client.sign_in(email)
    place = "/my/search" if email == HOLDER else SEARCH
    for _right in range(LIMITS[SEARCHES] + 1):
        assert search(client, typed(clock, codes["contoso"]), place).status_code == 302
    for _wrong in range(LIMITS[SEARCHES]):
        assert search(client, MISTYPED, place).status_code == 200
    assert search(client, typed(clock, codes["contoso"]), place).status_code == 429
    # Names are no guesses, and the next hour begins anew.
    assert search(client, "Nobody At All", place).status_code == 200
    clock.move(hours=1)
    assert search(client, MISTYPED, place).status_code == 200


def test_the_search_box_names_only_what_its_reader_may_find(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    named = {
        Role.LICENSING_ADMIN: "Code, person, order, agreement",
        Role.FINANCE: "Order, agreement",
        Role.EXAM_DESK: "Code",
    }
    for role, words in named.items():
        client.sign_in(MEMBERS[role])
        box = client.page(SEARCH).select_one("#find")
        assert box is not None
        assert box["placeholder"] == words
