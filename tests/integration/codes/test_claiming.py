"""Claiming a code through its link, seeing it, and replacing a defective one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import START, StillClock
from tests.support.holding import (
    ADDRESS,
    Held,
    code_of,
    mailed_link,
    make_held,
    person_of,
    user_of,
)
from tests.support.making import EVERY_ROLE, make_user, making
from vlms.accounts.links import end_links
from vlms.accounts.models import LinkPurpose, RoleGrant, User
from vlms.accounts.queries import find_user
from vlms.audit.queries import list_entries
from vlms.authentication.queries import find_signed_in
from vlms.codes.errors import NotForThisParty, StepRefused
from vlms.codes.models import Code
from vlms.codes.queries import count_issued
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.claiming import (
    Way,
    accept_terms,
    claim,
    claim_with_password,
    open_claim,
)
from vlms.codes.service.replacing import replace
from vlms.codes.service.revealing import reveal
from vlms.codes.service.telling import claim_link
from vlms.core.errors import BadInput, NotFound
from vlms.core.links import sign_link
from vlms.core.permissions import Role
from vlms.core.work import Actor
from vlms.notices.models import OutboxMessage

VISITOR = Actor("claim link")
PASSWORD = "correct horse battery"


def link_to(held: Held, clock: StillClock) -> str:
    """As it is mailed; as it is printed to a person without an address."""
    with making(clock()) as work:
        if person_of(work, held).email is not None:
            return sign_link(work.keys.link, mailed_link(work, held))
    return slip_for(held, clock)


def slip_for(held: Held, clock: StillClock) -> str:
    with making(clock()) as work:
        return sign_link(work.keys.link, claim_link(work, code_of(work, held)).id)


def unlinked(held: Held, clock: StillClock, *, has_user: bool = False) -> None:
    """The directory entry has not been claimed; its user is gone or keeps its address."""
    with making(clock()) as work:
        person_of(work, held).user_id = None
        if not has_user:
            user_of(work, held).email = "gone@contoso.example"


def way(token: str, clock: StillClock, actor: Actor = VISITOR) -> Way:
    with making(clock(), actor) as work:
        found = open_claim(work, token)
        assert found is not None
        return found.way


def signed_in(user_id: UUID) -> Actor:
    return Actor("user", user_id, roles=frozenset({Role.LEARNER}))


def test_opening_the_page_many_times_does_not_use_the_link_up(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    token = link_to(held, clock)
    assert {way(token, clock) for _time in range(5)} == {Way.SIGN_IN}
    with making(clock(), held.actor) as work:
        assert claim(work, token) is not None


def test_a_person_without_an_account_sets_a_password_and_is_signed_in(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    unlinked(held, clock)
    token = link_to(held, clock)
    assert way(token, clock) is Way.SET_PASSWORD
    with making(clock(), VISITOR) as work:
        secret = claim_with_password(work, token, PASSWORD)
    with making(clock()) as work:
        user = find_signed_in(work.session, secret or "", clock())
        assert user is not None
        assert (user.email, user.name, user.time_zone) == (ADDRESS, "林美玲", "Asia/Taipei")
        assert person_of(work, held).user_id == user.id
        code = code_of(work, held)
        assert (code.claimed_at, code.state) == (clock(), State.ASSIGNED)
        assert list_entries(work.session, code.id)[0].action == "code.claim"


def test_a_short_password_leaves_the_link_open(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    unlinked(held, clock)
    token = link_to(held, clock)
    with pytest.raises(BadInput) as caught, making(clock(), VISITOR) as work:
        claim_with_password(work, token, "short")
    assert caught.value.field == "password"
    assert way(token, clock) is Way.SET_PASSWORD


def test_a_user_with_the_persons_address_signs_in_and_is_linked(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    unlinked(held, clock, has_user=True)
    token = link_to(held, clock)
    assert way(token, clock) is Way.SIGN_IN
    with pytest.raises(NotForThisParty), making(clock(), VISITOR) as work:
        claim_with_password(work, token, PASSWORD)
    with making(clock(), signed_in(held.user_id)) as work:
        claim(work, token)
    with making(clock()) as work:
        assert person_of(work, held).user_id == held.user_id


def test_another_user_is_told_nothing_but_that_it_is_not_theirs(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    token = link_to(held, clock)
    with making(clock()) as work:
        other = make_user(work, "other@contoso.example").id
    assert way(token, clock, signed_in(other)) is Way.OTHER_PERSON
    with pytest.raises(NotForThisParty) as caught, making(clock(), signed_in(other)) as work:
        claim(work, token)
    assert "林" not in str(caught.value)
    with making(clock()) as work:
        assert code_of(work, held).claimed_at is None


def test_an_invited_user_is_not_taken_over_by_a_claim_link(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    unlinked(held, clock, has_user=True)
    token = link_to(held, clock)
    with making(clock()) as work:
        user_of(work, held).password_hash = None
        organisation_id = person_of(work, held).organisation_id
        work.session.add(
            RoleGrant(
                organisation_id=organisation_id,
                user_id=held.user_id,
                role=Role.LICENSING_ADMIN,
                granted_at=clock(),
            )
        )
    assert way(token, clock) is Way.INVITED
    with pytest.raises(NotForThisParty), making(clock(), VISITOR) as work:
        claim_with_password(work, token, PASSWORD)


def test_a_person_without_an_address_is_sent_to_the_admin(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    unlinked(held, clock)
    with making(clock()) as work:
        person_of(work, held).email = None
    assert way(link_to(held, clock), clock) is Way.NO_ADDRESS


def test_a_used_link_leads_on_and_other_links_to_the_code_end(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    token, other = link_to(held, clock), link_to(held, clock)
    with making(clock(), held.actor) as work:
        claim(work, token)
    with making(clock(), held.actor) as work:
        assert open_claim(work, token) is None
        with pytest.raises(NotFound):
            open_claim(work, other)


def test_ended_expired_and_forged_links_get_one_answer(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), expires_at=START + timedelta(days=3))
    ended, old = link_to(held, clock), ""
    with making(clock()) as work:
        end_links(work, held.code_id, LinkPurpose.CLAIM_CODE)
    old = link_to(held, clock)
    answers = set()
    for token, now in ((ended, START), (old, START + timedelta(days=3)), ("x" * 43, START)):
        with pytest.raises(NotFound) as caught, making(now, VISITOR) as work:
            open_claim(work, token)
        answers.add(str(caught.value))
    assert len(answers) == 1


def test_a_registered_code_is_still_claimed_by_its_person(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), State.REGISTERED)
    unlinked(held, clock)
    token = link_to(held, clock)
    with making(clock(), VISITOR) as work:
        assert claim_with_password(work, token, PASSWORD)
    with making(clock()) as work:
        assert person_of(work, held).user_id is not None


def test_the_code_is_shown_after_its_terms_and_each_view_is_told(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    with pytest.raises(StepRefused) as caught, held.working(clock()) as work:
        reveal(work, code_of(work, held))
    assert caught.value.reason == "code_terms_missing"
    with held.working(clock()) as work:
        accept_terms(work, code_of(work, held))
    for _view in range(2):
        with held.working(clock()) as work:
            assert reveal(work, code_of(work, held)) == held.text
    with making(clock()) as work:
        told = [entry.action for entry in list_entries(work.session, held.code_id)]
        assert told == ["code.revealed", "code.revealed", "code.terms_accepted", "code.claim"]
        assert held.text not in str(
            [e.detail.after for e in list_entries(work.session, held.code_id)]
        )


def test_nobody_but_the_holder_sees_the_code(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), terms_accepted_at=START)
    with making(clock()) as work:
        other = make_user(work, "other@contoso.example").id
    everyone = Actor("x", other, roles=frozenset(Role))
    with pytest.raises(NotForThisParty), making(clock(), everyone) as work:
        reveal(work, code_of(work, held))


def test_a_defective_code_is_replaced_for_the_same_person(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    token = slip_for(held, clock)
    with making(clock(), EVERY_ROLE) as work:
        line_id = code_of(work, held).batch.order_line_id
        issued = count_issued(work.session, line_id)
        following = replace(work, code_of(work, held), "  CASE-7 ")
        assert count_issued(work.session, line_id) == issued
    with making(clock()) as work:
        old, new = code_of(work, held), work.session.get_one(Code, following.id)
        assert (old.state, old.case_number, old.sealed_text) == (State.VOID, "CASE-7", None)
        assert (new.state, new.person_id, new.replaces_id) == (
            State.ASSIGNED,
            held.person_id,
            old.id,
        )
        assert (new.expires_at, new.number) == (old.expires_at, 2)
        mail = work.session.scalars(select(OutboxMessage)).one()
        assert (mail.template, mail.to_address) == ("code_assigned", ADDRESS)
    with pytest.raises(NotFound), making(clock(), VISITOR) as work:
        open_claim(work, token)


@pytest.mark.parametrize("case_number", ["", "  "])
def test_nothing_is_replaced_without_the_providers_case_number(
    app: Flask, clock: StillClock, case_number: str
) -> None:
    held = make_held(clock())
    with pytest.raises(StepRefused) as caught, making(clock(), EVERY_ROLE) as work:
        replace(work, code_of(work, held), case_number)
    assert (caught.value.rule, caught.value.field) == ("C6", "case_number")


def test_the_link_of_a_void_code_says_that_it_is_void(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), State.VOID)
    with pytest.raises(StepRefused), making(clock(), VISITOR) as work:
        open_claim(work, sign_link(work.keys.link, claim_link(work, code_of(work, held)).id))
    with making(clock()) as work:
        assert work.session.scalars(select(User)).all()


def test_a_slip_gives_nobody_an_account_under_the_persons_address(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    unlinked(held, clock)
    slip = slip_for(held, clock)
    assert way(slip, clock) is Way.MAILED
    with pytest.raises(NotForThisParty) as caught, making(clock(), VISITOR) as work:
        claim_with_password(work, slip, PASSWORD)
    assert caught.value.way_out
    with making(clock()) as work:
        assert find_user(work.session, ADDRESS) is None
    assert way(link_to(held, clock), clock) is Way.SET_PASSWORD
