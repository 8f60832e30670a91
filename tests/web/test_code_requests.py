"""Requests about codes: from the holder to the right contact, and the answer back (O7)."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.clock import START, StillClock
from tests.support.holding import ADDRESS, Held, code_of, make_held
from tests.support.making import make_member, make_organisation, making
from tests.support.making_codes import make_contact
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.agreements.models import ContactKind
from vlms.audit.queries import list_entries
from vlms.codes.request_models import CodeRequest, RequestState
from vlms.codes.rules.code_text import display
from vlms.codes.service import tries
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter

ADMIN, CONTACT, OPERATOR = "ann@contoso.example", "codes@contoso.example", "olga@operator.example"
ASKED = {"kind": "not_accepted", "note": "The site says: voucher invalid.", "email": ADDRESS}


def make_asker(clock: StillClock, *, contact: str | None = ADMIN) -> Held:
    held = make_held(clock(), terms_accepted_at=START)
    with making(clock()) as work:
        code = code_of(work, held)
        organisation = work.session.get_one(Organisation, code.organisation_id)
        make_member(work, organisation, Role.LICENSING_ADMIN, ADMIN)
        operator = make_organisation(work, "operator", OrganisationKind.OPERATOR)
        make_member(work, operator, Role.OPERATOR, OPERATOR)
        if contact is not None:
            make_contact(work, code.agreement, contact, ContactKind.CODES)
    return held


def ask(client: CheckingClient, held: Held, **fields: str) -> int:
    client.sign_in(ADDRESS)
    return client.send(f"/my/codes/{held.code_id}/ask", **{**ASKED, **fields}).status_code


def mails(clock: StillClock, template: str) -> list[OutboxMessage]:
    with making(clock()) as work:
        statement = select(OutboxMessage).where(OutboxMessage.template == template)
        return list(work.session.scalars(statement.order_by(OutboxMessage.id)))


def requests(clock: StillClock) -> list[CodeRequest]:
    with making(clock()) as work:
        return list(work.session.scalars(select(CodeRequest).order_by(CodeRequest.id)))


@pytest.mark.parametrize(
    ("contact", "to", "place"),
    [
        (None, OPERATOR, "operator"),
        (ADMIN, ADMIN, "contoso"),
        # The same in other letters; and somebody of the operator, to whom contoso is not open.
        (ADMIN.upper(), ADMIN.upper(), "contoso"),
        (OPERATOR, OPERATOR, "operator"),
        (CONTACT, CONTACT, None),
    ],
)
def test_it_goes_to_the_contact_for_codes_else_to_the_operator_with_a_link_that_they_can_open(
    client: CheckingClient, clock: StillClock, contact: str | None, to: str, place: str | None
) -> None:
    held = make_asker(clock, contact=contact)
    assert ask(client, held) == 302
    (mail,) = mails(clock, "code_request")
    assert mail.to_address == to
    (request,) = requests(clock)
    path = f"/o/{place}/requests/{request.id}"
    with client.application.test_request_context():
        text = write_letter(mail, "").text
    if place is None:
        assert "/o/" not in text
        assert f"Answer by mail to {ADDRESS}." in text
    else:
        assert path in text
        assert "Answer by mail" not in text
    assert request.person_id == held.person_id
    assert "Waits for an answer" in client.page(f"/my/codes/{held.code_id}").text
    if place is not None:
        client.sign_in(to.lower())
        assert client.page(path).select_one("form[action$='/answer']")


def test_no_code_stands_in_a_request(client: CheckingClient, clock: StillClock) -> None:
    held = make_asker(clock)
    for note in (f"Mine is {display(held.text)}.", f"Mine is X{display(held.text)}Y."):
        assert ask(client, held, note=note) == 422
    assert requests(clock) == []
    assert mails(clock, "code_request") == []


def test_what_waits_for_an_answer_is_not_asked_twice(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_asker(clock)
    assert ask(client, held) == 302
    address = f"/my/codes/{held.code_id}/ask"
    assert client.send(address, **ASKED).status_code == 409
    assert client.send(address, **{**ASKED, "kind": "other"}).status_code == 302
    assert len(requests(clock)) == 2


def test_nobody_floods_the_contact(client: CheckingClient, clock: StillClock) -> None:
    held = make_asker(clock)
    client.sign_in(ADDRESS)
    address = f"/my/codes/{held.code_id}/ask"
    with making(clock()) as work:
        for _ in range(tries.LIMITS[tries.REQUESTS]):
            tries.take_try(work, tries.REQUESTS, f"user:{held.user_id}")
    assert client.send(address, **ASKED).status_code == 429
    clock.move(hours=1)
    assert client.send(address, **ASKED).status_code == 302


def test_it_is_answered_by_mail_and_closed(client: CheckingClient, clock: StillClock) -> None:
    held = make_asker(clock)
    ask(client, held)
    (request,) = requests(clock)
    client.post("/sign-out")
    admin = client.application.test_client()
    assert isinstance(admin, CheckingClient)
    admin.sign_in(ADMIN)
    page = f"/o/contoso/requests/{request.id}"
    assert "Requests" in admin.page("/o/contoso/").text
    assert page in str(admin.page("/o/contoso/requests/?state=open"))
    assert f"/o/contoso/codes/{held.code_id}" in str(admin.page(page))
    assert admin.press(page, "/answer", answer="Choose Taiwan on the site.").status_code == 302
    (answer,) = mails(clock, "code_request_answered")
    assert answer.to_address == ADDRESS
    assert answer.facts["answer"] == "Choose Taiwan on the site."
    assert admin.press(page, "/close").status_code == 302
    assert requests(clock)[0].state is RequestState.CLOSED
    assert admin.page(page).select_one("form[action$='/answer']") is None
    with making(clock()) as work:
        told = [entry.action for entry in list_entries(work.session, request.id)]
    assert told == ["code_request.closed", "code_request.answered", "code_request.opened"]
    client.sign_in(ADDRESS)
    assert "Choose Taiwan" in client.page(f"/my/codes/{held.code_id}").text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE, Role.RESELLER, Role.EXAM_DESK])
def test_others_do_not_read_requests(client: CheckingClient, clock: StillClock, role: Role) -> None:
    held = make_asker(clock)
    ask(client, held)
    with making(clock()) as work:
        owner = work.session.get_one(Organisation, code_of(work, held).organisation_id)
        make_member(work, owner, role, "other@contoso.example")
    client.post("/sign-out")
    client.checks = False
    other = client.application.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in("other@contoso.example")
    assert other.get("/o/contoso/requests/").status_code == 403
    assert other.get(f"/o/contoso/requests/{requests(clock)[0].id}").status_code == 403


def test_another_organisation_sees_no_request(client: CheckingClient, clock: StillClock) -> None:
    held = make_asker(clock)
    ask(client, held)
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        make_member(work, other, Role.LICENSING_ADMIN, "fay@fabrikam.example")
    admin = client.application.test_client()
    assert isinstance(admin, CheckingClient)
    admin.sign_in("fay@fabrikam.example")
    found: UUID = requests(clock)[0].id
    assert admin.get(f"/o/fabrikam/requests/{found}").status_code == 404
    assert str(found) not in str(admin.page("/o/fabrikam/requests/"))
    # Nor does another holder ask about this code.
    assert admin.get(f"/my/codes/{held.code_id}/ask").status_code == 404
