"""The outbox on pages: what would have been sent, and sending it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_user, making
from tests.support.making_accounts import (
    enter_as_admin,
    enter_as_operator,
    mailed_links,
)
from tests.support.pages import CheckingClient
from vlms.accounts.links import make_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person
from vlms.accounts.service import PersonFacts, correct_address, create_person
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.term import ONE_DAY
from vlms.core.tokens import new_id
from vlms.notices.kinds import KINDS
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post
from vlms.resources import resource_path

NEW = "bob@contoso.example"


@pytest.fixture
def without_demo(app: Flask) -> Iterator[None]:
    """The settings of an installation that is no demo."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, demo=False)
    yield
    app.config["SETTINGS"] = settings


def write_claim_mail(clock: StillClock, organisation: Organisation) -> OutboxMessage:
    """A mail to a person with a link behind which is a code."""
    with making(clock()) as work:
        facts = PersonFacts("Carl", language=Language.ENGLISH)
        person = create_person(work, organisation.id, facts, "carl@contoso.example")
        code_id = new_id()
        link = make_link(
            work,
            LinkPurpose.CLAIM_CODE,
            code_id,
            30 * ONE_DAY,
            organisation_id=organisation.id,
            person_id=person.id,
        )
        mail = Mail(
            "password_link",
            code_id,
            f"claim:{code_id}",
            organisation_id=organisation.id,
            link_id=link.id,
        )
        to = Recipient("Carl", "carl@contoso.example", Language.ENGLISH, person.id)
        message = post(work, mail, to)
    assert message is not None
    return message


def invite(client: CheckingClient) -> str:
    """Invite somebody; returns the address of the message's page."""
    fields = {"email": NEW, "name": "Bob 王", "role": "finance"}
    assert client.send("/o/contoso/roles/new", **fields).status_code == 302
    page = client.page("/o/contoso/messages/?q=bob&state=waiting")
    (row,) = page.select("tbody tr")
    assert "Bob 王" in row.text
    return str(row.select_one("a")["href"])


def test_the_demo_shows_the_whole_mail_with_a_working_link(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    page = client.page(invite(client))
    assert "It would have been sent like this" in page.text
    assert "Contoso has given you a role" in page.text
    link = str(page.select_one("#mail-link")["href"])
    assert link.startswith("http://localhost:8000/welcome/")
    as_html = page.select_one("pre.mail-text ~ div[dir=auto]")
    assert [str(one["href"]) for one in as_html.select("a")] == [link]
    assert " ".join(as_html.text.split()) == " ".join(page.select_one("pre.mail-text").text.split())
    client.page(link.removeprefix("http://localhost:8000"))


def test_elsewhere_the_link_is_the_recipients_alone(
    client: CheckingClient, clock: StillClock, without_demo: None
) -> None:
    enter_as_admin(client, clock())
    page = client.page(invite(client))
    assert page.select_one("#mail-link") is None
    assert "/welcome/" not in str(page.select_one("main"))
    assert "shown only to the recipient" in page.text


def test_what_people_are_called_is_no_markup_of_the_mail(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        to = Recipient("<b>Carl</b>", "carl@contoso.example", Language.ENGLISH)
        facts = {"organisation": "<i>Contoso</i>", "count": 1, "path": "/my/codes/"}
        mail = Mail("codes_claimed", new_id(), "markup", organisation.id, facts=facts)
        message = post(work, mail, to)
        assert message is not None
    as_html = client.page(f"/o/contoso/messages/{message.id}").select_one(
        "pre.mail-text ~ div[dir=auto]"
    )
    assert as_html.select("b, i") == []
    assert "<b>Carl</b>" in as_html.text


def test_the_operator_sees_a_link_but_none_that_leads_to_a_code(
    client: CheckingClient, clock: StillClock, without_demo: None
) -> None:
    operator = enter_as_operator(client, clock())
    client.send("/o/operator/roles/new", email=NEW, name="Bob", role="support")
    with making(clock()) as work:
        message = work.session.query(OutboxMessage).one()
    assert "/welcome/" in client.page(f"/o/operator/messages/{message.id}").text
    claim = write_claim_mail(clock, operator)
    assert "/claim/" not in client.page(f"/o/operator/messages/{claim.id}").text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("purpose", [LinkPurpose.JOIN, LinkPurpose.SET_PASSWORD])
def test_the_operator_sees_no_link_by_which_one_becomes_the_holder_of_codes(
    client: CheckingClient, clock: StillClock, without_demo: None, purpose: LinkPurpose
) -> None:
    """C8: who opens an invitation of the directory, or sets a holder's password, sees codes."""
    operator = enter_as_operator(client, clock())
    message = write_claim_mail(clock, operator)
    with making(clock()) as work:
        link = work.session.query(OneTimeLink).filter_by(purpose=LinkPurpose.CLAIM_CODE).one()
        person = work.session.get_one(Person, link.person_id)
        link.purpose, link.subject_id = purpose, person.id
        if purpose is LinkPurpose.SET_PASSWORD:
            link.subject_id = make_user(work, "holder@contoso.example").id
    page = client.page(f"/o/operator/messages/{message.id}")
    assert page.select_one("#mail-link") is None
    assert "shown only to the recipient" in page.text


def test_a_message_is_sent_again_with_a_new_link(client: CheckingClient, clock: StillClock) -> None:
    enter_as_admin(client, clock())
    place = invite(client)
    response = client.send(f"{place}/resend")
    assert response.status_code == 302
    assert response.location != place
    older, newer = mailed_links(clock(), NEW)
    client.page(older, 404)
    client.page(newer)
    with making(clock()) as work:
        states = [m.state for m in work.session.query(OutboxMessage).order_by(OutboxMessage.id)]
    assert states == [MessageState.DEAD, MessageState.WAITING]
    assert "A newer message replaces it" in client.page(place).text
    assert "Message sent again" in client.page(response.location).text


def test_sent_again_it_goes_to_the_address_that_was_corrected(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    message = write_claim_mail(clock, organisation)
    with making(clock()) as work:
        assert message.person_id is not None
        correct_address(work, message.person_id, "karl@contoso.example", "typed wrong")
    old = f"/o/contoso/messages/{message.id}"
    assert client.page(old).select_one("#mail-link") is None
    page = client.page(client.send(f"{old}/resend").location)
    assert "karl@contoso.example" in page.text
    assert "/claim/" in page.text


def test_an_auditor_reads_but_does_not_send(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.AUDITOR, "audit@contoso.example")
    message = write_claim_mail(clock, organisation)
    client.sign_in("audit@contoso.example")
    page = client.page(f"/o/contoso/messages/{message.id}")
    assert page.select_one("a[href$=resend]") is None
    client.page(f"/o/contoso/messages/{message.id}/resend", 403)


def test_messages_of_others_are_not_there(client: CheckingClient, clock: StillClock) -> None:
    enter_as_admin(client, clock())
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
    message = write_claim_mail(clock, other)
    client.page(f"/o/contoso/messages/{message.id}", 404)
    token = client.page("/o/contoso/messages/").select_one("input[name=csrf_token]")["value"]
    response = client.post(f"/o/contoso/messages/{message.id}/resend", data={"csrf_token": token})
    assert response.status_code == 404
    assert "carl@" not in client.page("/o/contoso/messages/").text


def test_every_state_and_an_unknown_one_is_a_filter(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    for state in ("waiting", "sent", "dead", "nonsense", ""):
        client.page(f"/o/contoso/messages/?state={state}&sort=to")


def test_every_kind_of_mail_has_its_title_on_the_list(app: Flask) -> None:
    templates = {path.stem for path in resource_path("templates/mail").glob("*.txt")}
    assert templates == set(KINDS)
