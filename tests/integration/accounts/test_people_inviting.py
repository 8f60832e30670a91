"""People are invited to sign in: once a day, with one open link; no account is made for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.inviting import (
    ADA,
    ask,
    import_and_invite,
    key_of,
    mails_to,
    path_of,
    states,
)
from tests.support.making import make_organisation, make_user, making
from tests.support.racing import race
from vlms.accounts.invited_queries import (
    describe_invited,
    invitation_links,
    list_imported,
    list_unanswered,
)
from vlms.accounts.links import is_open, make_link
from vlms.accounts.models import LinkPurpose, Organisation, Person, User
from vlms.accounts.queries import find_user
from vlms.accounts.rules.asking_again import asked_before
from vlms.accounts.service import correct_address, mark_leaver
from vlms.accounts.service.people_inviting import invite_people
from vlms.core.errors import Forbidden
from vlms.core.permissions import Role
from vlms.core.scope import Organisation as OrganisationScope
from vlms.core.tokens import new_id
from vlms.core.work import Actor, Work
from vlms.notices.bouncing import note_bounce
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.rules.delivery_report import Bounce


@pytest.fixture
def contoso(app: Flask, clock: StillClock) -> Organisation:
    with making(clock()) as work:
        made = make_organisation(work, "contoso", time_zone="Asia/Taipei")
        work.session.expunge(made)
        return made


def unanswered(clock: StillClock, place: Organisation, days: int) -> list[str | None]:
    with making(clock()) as work:
        before = asked_before(clock(), place.time_zone, days)
        return [one.number for one in list_unanswered(work.session, place.id, before)]


def open_links(clock: StillClock, place: Organisation, number: str) -> int:
    key = key_of(clock(), place, number)
    with making(clock()) as work:
        links = invitation_links(work.session, [key]).get(key, ())
        return sum(is_open(link, clock()) for link in links)


def send_back(clock: StillClock, address: str) -> None:
    message = mails_to(clock(), address)[-1]
    with making(clock()) as work:
        sent = work.session.get_one(OutboxMessage, message.id)
        sent.state, sent.attempts, sent.sent_at = MessageState.SENT, 1, work.now
    with making(clock()) as work:
        assert note_bounce(work, Bounce(message.id, "550 no such mailbox"))


def test_who_has_an_address_is_invited_once_and_no_account_is_made(
    clock: StillClock, contoso: Organisation
) -> None:
    done, count = import_and_invite(clock(), contoso)
    assert count == 2
    assert states(clock(), done.id) == {"1": "invited", "2": "invited", "3": "no_address"}
    (mail,) = mails_to(clock(), ADA[2])
    assert mail.link_id is not None
    assert "/join/" not in str(mail.facts)
    with making(clock()) as work:
        assert find_user(work.session, ADA[2]) is None


def test_an_import_leaves_open_links_alone_and_a_hand_asks_once_a_day(
    clock: StillClock, contoso: Organisation
) -> None:
    import_and_invite(clock(), contoso)
    clock.move(days=1)
    assert import_and_invite(clock(), contoso)[1] == 0
    assert ask(clock(), contoso, "1", "3") == 1
    assert ask(clock(), contoso, "1") == 0
    assert open_links(clock, contoso, "1") == 1
    assert len(mails_to(clock(), ADA[2])) == 2
    clock.move(days=8)
    assert import_and_invite(clock(), contoso)[1] == 2


def test_a_corrected_address_may_be_invited_on_the_same_day(
    clock: StillClock, contoso: Organisation
) -> None:
    done, _count = import_and_invite(clock(), contoso)
    send_back(clock, ADA[2])
    assert states(clock(), done.id)["1"] == "bounced"
    assert ask(clock(), contoso, "1") == 0
    key = key_of(clock(), contoso, "1")
    with making(clock()) as work:
        correct_address(work, key, "ada.l@contoso.example", "typed wrongly")
    assert states(clock(), done.id)["1"] == "over"
    assert ask(clock(), contoso, "1") == 1
    assert states(clock(), done.id)["1"] == "invited"


def test_what_came_back_is_told_with_day_and_reason(
    clock: StillClock, contoso: Organisation
) -> None:
    done, _count = import_and_invite(clock(), contoso)
    send_back(clock, ADA[2])
    with making(clock()) as work:
        found = list_imported(work.session, done.id)
        ada, bo, nobody = describe_invited(work.session, found, clock())
    assert (ada.bounced_at, ada.bounce_note) == (clock(), "550 no such mailbox")
    assert (bo.bounced_at, bo.link_until) == (None, clock() + timedelta(days=7))
    assert (nobody.asked_at, nobody.asked_count) == (None, 0)


def test_who_left_or_signs_in_is_not_asked(clock: StillClock, contoso: Organisation) -> None:
    done, _count = import_and_invite(clock(), contoso)
    ada, bo = (key_of(clock(), contoso, number) for number in "12")
    with making(clock()) as work:
        work.session.get_one(Person, ada).user_id = make_user(work, ADA[2]).id
        mark_leaver(work, bo)
    assert states(clock(), done.id) == {"1": "signed_in", "2": "left", "3": "no_address"}
    clock.move(days=8)
    assert ask(clock(), contoso, "1", "2", "3") == 0
    assert unanswered(clock, contoso, 0) == []


def test_unanswered_counts_from_the_last_time_somebody_was_asked(
    clock: StillClock, contoso: Organisation
) -> None:
    import_and_invite(clock(), contoso)
    found = {}
    for day in range(9):
        found[day] = unanswered(clock, contoso, 7)
        clock.move(days=1)
    assert [day for day, who in found.items() if who == ["1", "2"]] == [7, 8]
    assert [day for day, who in found.items() if not who] == list(range(7))
    assert ask(clock(), contoso, "2") == 1
    assert unanswered(clock, contoso, 7) == ["1"]
    assert unanswered(clock, contoso, 0) == ["1", "2"]


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.SCHOOL_COORDINATOR, Role.PARTNER_ADMINISTRATOR]
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_gives_no_roles_invites_nobody(
    clock: StillClock, contoso: Organisation, role: Role
) -> None:
    import_and_invite(clock(), contoso)
    clock.move(days=1)
    actor = Actor("x", new_id(), roles=frozenset({role}))
    with pytest.raises(Forbidden), making(clock(), actor) as work:
        invite_people(work, contoso.id, [])


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_works_for_some_agreements_alone_invites_nobody(
    clock: StillClock, contoso: Organisation
) -> None:
    """The control is an admin of the whole organisation."""
    key = _uninvited(clock, contoso)
    actor = Actor("ann", new_id(), roles=frozenset({Role.LICENSING_ADMIN}))
    limited = OrganisationScope(contoso.id, agreement_ids=frozenset({new_id()}))
    with pytest.raises(Forbidden), making(clock(), actor, limited) as work:
        invite_people(work, contoso.id, [key])
    with making(clock(), actor, OrganisationScope(contoso.id)) as work:
        assert invite_people(work, contoso.id, [key]) == 1


def test_another_organisation_s_people_are_not_invited(
    clock: StillClock, contoso: Organisation
) -> None:
    import_and_invite(clock(), contoso)
    clock.move(days=1)
    key = key_of(clock(), contoso, "1")
    with making(clock()) as work:
        fabrikam = make_organisation(work, "fabrikam")
        assert invite_people(work, fabrikam.id, [key]) == 0


def _uninvited(clock: StillClock, place: Organisation) -> UUID:
    import_and_invite(clock(), place)
    clock.move(days=8)
    return key_of(clock(), place, "1")


def _ask_unguarded(work: Work, key: UUID) -> int:
    """The twin that neither holds the directory nor looks for an open link."""
    make_link(work, LinkPurpose.JOIN, key, timedelta(days=7), person_id=key)
    return 1


def _count_asked(app: Flask, clock: StillClock, ask_one: Callable[[Work], object]) -> list[object]:
    def act() -> object:
        with making(clock()) as work:
            return ask_one(work)

    return race(app, [act] * 4)


def test_of_four_at_once_one_invites(app: Flask, clock: StillClock, contoso: Organisation) -> None:
    key = _uninvited(clock, contoso)
    invites = partial(invite_people, organisation_id=contoso.id, person_ids=[key])
    assert sorted(map(str, _count_asked(app, clock, invites))) == ["0", "0", "0", "1"]
    assert open_links(clock, contoso, "1") == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_without_the_guards_there_would_be_four_links(
    app: Flask, clock: StillClock, contoso: Organisation
) -> None:
    key = _uninvited(clock, contoso)
    _count_asked(app, clock, partial(_ask_unguarded, key=key))
    assert open_links(clock, contoso, "1") == 4


def test_the_path_of_a_link_is_its_own(clock: StillClock, contoso: Organisation) -> None:
    import_and_invite(clock(), contoso)
    assert path_of(clock(), contoso, "1").startswith("/join/")
    with making(clock()) as work:
        assert work.session.query(User).count() == 0
