"""Who is asked to link an MCID and does not sign in yet gets a link to do so with it (K1, G8)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.racing import race
from vlms.accounts.invited_queries import invitation_links
from vlms.accounts.links import is_open
from vlms.accounts.models import Organisation, Person
from vlms.accounts.service.people_inviting import invite_people
from vlms.audit.models import AuditEntry
from vlms.core.errors import Forbidden
from vlms.core.permissions import Role
from vlms.core.scope import Organisation as OrganisationScope
from vlms.core.tokens import new_id
from vlms.core.work import Actor, Work
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter
from vlms.partners.service.inviting import invite

LINK = "https://vlms.example/join/x"
PAT = Actor("pat", new_id(), roles=frozenset({Role.PARTNER_ADMINISTRATOR}))


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    """Ada signs in; Bo and Cy do not, and Cy was invited to."""
    clock.set(datetime(2026, 7, 1, 4, tzinfo=UTC))
    with making(clock()) as work:
        own = make_organisation(work, "contoso", time_zone="Asia/Taipei")
        make_person(work, own, "Ada", "ada@contoso.example", make_user(work, "ada@home.example"))
        make_person(work, own, "Bo", "bo@contoso.example")
        cy = make_person(work, own, "Cy", "cy@contoso.example")
        make_person(work, own, "Nobody")
        assert invite_people(work, own.id, [cy.id]) == 1
        return own.id


def ask(clock: StillClock, place: UUID) -> int:
    with making(clock(), PAT, OrganisationScope(place)) as work:
        return invite(work, place)


def mails(work: Work) -> dict[str, OutboxMessage]:
    found = work.session.query(OutboxMessage).filter_by(template="link_invitation")
    return {one.to_name: one for one in found.order_by(OutboxMessage.id)}


def open_links(clock: StillClock, name: str) -> int:
    with making(clock()) as work:
        person = work.session.query(Person).filter_by(name=name).one()
        links = invitation_links(work.session, [person.id]).get(person.id, ())
        return sum(is_open(link, clock()) for link in links)


def test_each_mail_says_how_its_reader_gets_in(clock: StillClock, place: UUID) -> None:
    assert ask(clock, place) == 3
    with making(clock()) as work:
        found = mails(work)
        assert {name for name, mail in found.items() if mail.link_id} == {"Bo"}
        texts = {
            name: write_letter(mail, LINK if mail.link_id else "", None).text
            for name, mail in found.items()
        }
        told = work.session.query(AuditEntry).filter_by(action="person.invited")
        assert told.count() > 0
    assert "do not sign in" not in texts["Ada"]
    assert LINK in texts["Bo"]
    assert "First accept the invitation" in texts["Cy"]
    assert [open_links(clock, name) for name in ("Ada", "Bo", "Cy")] == [0, 1, 1]


def test_asked_again_everybody_gets_a_link_that_works_in_place_of_the_former(
    clock: StillClock, place: UUID
) -> None:
    ask(clock, place)
    clock.move(days=1)
    assert ask(clock, place) == 3
    with making(clock()) as work:
        assert mails(work)["Bo"].link_id
        assert mails(work)["Cy"].link_id
    assert open_links(clock, "Bo") == open_links(clock, "Cy") == 1
    clock.move(days=8)
    assert ask(clock, place) == 3
    with making(clock()) as work:
        assert mails(work)["Bo"].link_id
        assert mails(work)["Cy"].link_id
    assert open_links(clock, "Bo") == open_links(clock, "Cy") == 1


def test_of_three_at_once_one_asks_and_one_link_is_open(
    app: Flask, clock: StillClock, place: UUID
) -> None:
    done = race(app, [partial(ask, clock, place)] * 3)
    assert sorted(map(str, done)) == ["0", "0", "3"]
    assert open_links(clock, "Bo") == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_looks_after_links_invites_nobody_by_that_alone(clock: StillClock, place: UUID) -> None:
    """The directory stays with who gives roles (G8)."""
    with making(clock(), PAT, OrganisationScope(place)) as work:
        bo = work.session.query(Person).filter_by(name="Bo").one().id
        with pytest.raises(Forbidden):
            invite_people(work, place, [bo])


def test_another_organisation_s_people_get_none(clock: StillClock, place: UUID) -> None:
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        make_person(work, other, "Eve", "eve@fabrikam.example")
    ask(clock, place)
    assert open_links(clock, "Eve") == 0
    with making(clock()) as work:
        assert work.session.query(Organisation).count() == 2
