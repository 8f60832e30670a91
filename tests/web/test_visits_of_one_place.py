"""A visit shows what one organisation holds on somebody, and nothing of another one (G7)."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.crawling import kind_of, links
from tests.support.making import make_member, make_organisation, make_person, make_user, making
from tests.support.making_accounts import ADMIN, OPERATOR
from tests.support.making_schools import make_place, make_school, make_school_member
from tests.support.pages import CheckingClient
from tests.support.visiting import make_both, visit
from vlms.accounts.models import Organisation, OrganisationKind, User
from vlms.audit.service import journal
from vlms.core.language import Language
from vlms.core.packed_text import pack_text
from vlms.core.permissions import Role
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

ELSEWHERE, HERE = "Quetzal", "Budgie"


def make_known(work: Work, place: Organisation, ann: User, word: str) -> None:
    """Ann is of a school there, leads somebody, has been written to and is in the journal."""
    school = make_school(work, place, f"{word} school")
    desk = f"{word.lower()}@{place.slug}.example"
    make_school_member(work, [school], Role.SCHOOL_COORDINATOR, desk)
    own = make_person(work, place, f"Ann {word}", ADMIN, ann)
    make_place(work, own, school)
    led = make_person(work, place, f"{word} led", None, make_user(work, f"led@{desk[1:]}", word))
    led.manager_id = own.id
    make_member(work, place, Role.LICENSING_ADMIN, f"{word}-all@{place.slug}.example").name = word
    facts = {"title": pack_text(_("Export")), "is_done": True, "path": f"/o/{word}/"}
    mail = Mail("job_ended", new_id(), str(new_id()), organisation_id=place.id, facts=facts)
    post(work, mail, Recipient("Ann", ADMIN, Language.ENGLISH))
    journal(work, "user.changed", ("user", ann.id, place.id), reason=f"{word} told")


@pytest.fixture
def ann(client: CheckingClient, clock: StillClock) -> UUID:
    found = make_both(clock())
    with making(clock()) as work:
        user = work.session.get_one(User, found)
        here = work.session.query(Organisation).filter_by(slug="contoso").one()
        here.kind = OrganisationKind.ACADEMIC
        there = make_organisation(work, "fabrikam", OrganisationKind.ACADEMIC)
        make_known(work, there, user, ELSEWHERE)
        make_known(work, here, user, HERE)
    return found


def own_pages(app: Flask, client: CheckingClient) -> dict[str, str]:
    """Every page of one's own, and of the kinds that links there lead to."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    waiting = [rule.rule for rule in rules if rule.rule.startswith("/my/") and not rule.arguments]
    waiting += ["/help", "/"]
    seen, found = set(waiting), {}
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[address] = answer.text
            ahead = {kind_of(to): to for to in links(address, answer.text) if to[:4] == "/my/"}
            waiting += [to for kind, to in ahead.items() if kind not in seen]
            seen |= set(ahead)
    return found


def telling(pages: dict[str, str], word: str) -> set[str]:
    return {address for address, text in pages.items() if word.lower() in text.lower()}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_page_of_the_users_own_tells_of_another_organisation(
    app: Flask, client: CheckingClient, ann: UUID
) -> None:
    client.sign_in(OPERATOR)
    visit(client, ann)
    pages = own_pages(app, client)
    assert telling(pages, ELSEWHERE) == set()
    assert telling(pages, "fabrikam") == set()
    assert telling(pages, HERE) >= {"/my/team/", "/my/account", "/help"}
    assert 'href="/my/notices/0' in pages["/my/notices/"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_user_sees_both(app: Flask, client: CheckingClient, ann: UUID) -> None:
    client.sign_in(ADMIN)
    pages = own_pages(app, client)
    shows = telling(pages, ELSEWHERE)
    assert shows >= {"/my/team/", "/my/account", "/help"}
    assert any(address.startswith("/my/notices/0") for address in shows)
    assert telling(pages, HERE) >= {"/my/team/", "/my/account", "/help"}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_whom_to_ask_is_nobody_of_another_organisation(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    client.sign_in(OPERATOR)
    visit(client, ann)
    client.checks = False
    assert ELSEWHERE not in client.get("/my/sessions/").text
    refused = client.post("/my/notices/read")
    assert refused.status_code == 403
    assert ELSEWHERE not in refused.text
