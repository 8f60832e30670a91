"""An invitation that is sent again from the outbox obeys what one of the directory obeys (G8)."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.counting import statements
from tests.support.inviting import ADA, import_and_invite, key_of, mails_to
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.racing import race, winners
from vlms.accounts.errors import InvitingRefused
from vlms.accounts.invited_queries import invitation_links
from vlms.accounts.links import is_open
from vlms.accounts.models import Organisation, Person
from vlms.accounts.service import correct_address, mark_leaver
from vlms.accounts.service.people_inviting import invite_people
from vlms.core.errors import DomainError, Forbidden
from vlms.core.permissions import Role
from vlms.core.scope import Organisation as OrganisationScope
from vlms.core.tokens import new_id
from vlms.core.work import Actor
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.service import resend, why_not_again

NEW = "ada.l@contoso.example"


@pytest.fixture
def contoso(app: Flask, clock: StillClock) -> Organisation:
    with making(clock()) as work:
        made = make_organisation(work, "contoso", time_zone="Asia/Taipei")
        work.session.expunge(made)
    import_and_invite(clock(), made)
    return made


def refusal(clock: StillClock, address: str = ADA[2]) -> DomainError | None:
    message_id = mails_to(clock(), address)[-1].id
    with making(clock()) as work:
        message = work.session.get_one(OutboxMessage, message_id)
        return why_not_again(work.session, message, clock())


def again(clock: StillClock, message_id: UUID) -> OutboxMessage:
    with making(clock()) as work:
        return resend(work, message_id)


def open_count(clock: StillClock, place: Organisation) -> int:
    key = key_of(clock(), place, "1")
    with making(clock()) as work:
        links = invitation_links(work.session, [key])[key]
        return sum(is_open(link, clock()) for link in links)


def test_nobody_is_sent_a_second_one_on_a_day(clock: StillClock, contoso: Organisation) -> None:
    (first,) = mails_to(clock(), ADA[2])
    found = refusal(clock)
    assert isinstance(found, InvitingRefused)
    assert (found.rule, found.reason) == ("G8", "asked_today")
    with pytest.raises(InvitingRefused):
        again(clock, first.id)
    assert len(mails_to(clock(), ADA[2])) == 1
    clock.move(days=1)
    assert refusal(clock) is None
    second = again(clock, first.id)
    assert [one.id for one in mails_to(clock(), ADA[2])] == [first.id, second.id]
    assert mails_to(clock(), ADA[2])[0].state is MessageState.DEAD
    assert open_count(clock, contoso) == 1
    with pytest.raises(InvitingRefused):
        again(clock, first.id)


def test_a_corrected_address_is_the_one_that_it_goes_to_and_names(
    clock: StillClock, contoso: Organisation
) -> None:
    key = key_of(clock(), contoso, "1")
    (first,) = mails_to(clock(), ADA[2])
    with making(clock()) as work:
        correct_address(work, key, NEW, "typed wrongly")
    sent = again(clock, first.id)
    assert (sent.to_address, sent.facts["email"]) == (NEW, NEW)
    assert sent.link_id != first.link_id
    assert open_count(clock, contoso) == 1


def test_who_signs_in_has_left_or_has_no_address_is_not_sent_one(
    clock: StillClock, contoso: Organisation
) -> None:
    ada, bo = (key_of(clock(), contoso, number) for number in "12")
    with making(clock()) as work:
        work.session.get_one(Person, ada).user_id = make_user(work, ADA[2]).id
        mark_leaver(work, bo)
    clock.move(days=8)
    told = [refusal(clock, address) for address in (ADA[2], "bo@contoso.example")]
    assert [one.reason if one else None for one in told] == ["signs_in", "person_left"]
    with making(clock()) as work:
        person = work.session.get_one(Person, ada)
        person.user_id = person.email = None
    found = refusal(clock)
    assert found is not None
    assert found.reason == "no_address"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_may_not_invite_sends_none_again(clock: StillClock, contoso: Organisation) -> None:
    """The control is who gives roles."""
    (first,) = mails_to(clock(), ADA[2])
    clock.move(days=1)
    for role, is_allowed in ((Role.PARTNER_ADMINISTRATOR, False), (Role.LICENSING_ADMIN, True)):
        actor = Actor("ann", new_id(), roles=frozenset({role}))
        with making(clock(), actor, OrganisationScope(contoso.id)) as work:
            if is_allowed:
                resend(work, first.id)
                continue
            with pytest.raises(Forbidden):
                resend(work, first.id)
            work.session.rollback()


def test_of_four_at_once_one_is_sent(app: Flask, clock: StillClock, contoso: Organisation) -> None:
    (first,) = mails_to(clock(), ADA[2])
    clock.move(days=1)
    done = race(app, [partial(again, clock, first.id)] * 4)
    assert len(winners(done)) == 1
    assert len(mails_to(clock(), ADA[2])) == 2
    assert open_count(clock, contoso) == 1


def _counted(clock: StillClock, place: Organisation, count: int) -> int:
    """How many statements it takes to invite so many who were invited before."""
    with making(clock()) as work:
        names = [f"p{number}of{count}" for number in range(count)]
        people = [make_person(work, place, one, f"{one}@contoso.example").id for one in names]
        invite_people(work, place.id, people)
    clock.move(days=1)
    with making(clock()) as work, statements() as found:
        work.session.get_one(Organisation, place.id)
        assert invite_people(work, place.id, people) == count
        return len(found)


def test_inviting_many_again_takes_no_more_statements_than_few(
    clock: StillClock, contoso: Organisation
) -> None:
    assert _counted(clock, contoso, 40) <= _counted(clock, contoso, 4)
