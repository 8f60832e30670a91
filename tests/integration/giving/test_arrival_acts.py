"""What is offered beside a mail is what its service takes; the rest is refused (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from vlms.accounts.models import Person
from vlms.accounts.service.people import correct_address, mark_leaver
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.telling import tell_person
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission, Role
from vlms.core.work import Actor, Work
from vlms.giving.service.arrivals import CORRECT, RESEND, acts_on_arrival, correct_and_tell
from vlms.notices.models import OutboxMessage
from vlms.notices.service import resend

WAYS: dict[str, dict[str, Any]] = {
    "waits": {},
    "claimed": {"claimed": True},
    "expired": {"ends": -timedelta(days=1)},
    "of a leaver": {"left": True},
    **{
        state.value: {"state": state}
        for state in (State.FORFEITED, State.USED, State.ACTIVATED, State.VOID)
    },
    "forfeited beside one that waits": {"state": State.FORFEITED, "another": True},
}
ROLES = (Role.LICENSING_ADMIN, Role.AUDITOR)
RIGHT = "right@contoso.example"


def make_told(clock: StillClock, way: str) -> UUID:
    """Ann was told of a code, which then went this way; her id."""
    facts = WAYS[way]
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        line = make_line(work, make_agreement(work, contoso), make_product(work), 2)
        ann = make_person(work, contoso, "Ann", "ann@contoso.example")
        for code in make_codes(work, line, 1 + facts.get("another", False)):
            code.state, code.person_id, code.assigned_at = State.ASSIGNED, ann.id, clock()
            assert tell_person(work, code, ann) is not None
        code = work.session.scalars(select(Code).order_by(Code.id).limit(1)).one()
        code.state = facts.get("state", State.ASSIGNED)
        code.claimed_at = clock() if "claimed" in facts else None
        if "ends" in facts:
            code.expires_at = clock() + facts["ends"]
        if "left" in facts:
            mark_leaver(work, ann.id)
        return ann.id


def told(work: Work) -> Sequence[OutboxMessage]:
    return work.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()


def offered(work: Work) -> dict[UUID, set[str]]:
    found = {}
    for message in told(work):
        code = work.session.get_one(Code, message.subject_id)
        found[message.id] = {act.name for act in acts_on_arrival(work, message, code)}
    return found


def is_taken(clock: StillClock, actor: Actor, name: str, message_id: UUID) -> bool:
    """Whether trying it goes through; nothing of it is kept."""
    needed = {CORRECT: Permission.EDIT_PEOPLE, RESEND: Permission.RESEND_MESSAGES}
    if not actor.may(needed[name]):
        return False
    with making(clock(), actor) as work:
        try:
            if name == RESEND:
                resend(work, message_id)
            else:
                code_id = work.session.get_one(OutboxMessage, message_id).subject_id
                correct_and_tell(work, code_id, RIGHT, "typed wrong")
        except DomainError:
            return False
        finally:
            work.session.rollback()
            work.events.clear()
    return True


@pytest.mark.parametrize("way", list(WAYS))
def test_what_is_offered_is_what_the_service_takes(app: Flask, clock: StillClock, way: str) -> None:
    make_told(clock, way)
    for role in ROLES:
        actor = Actor("somebody", roles=frozenset({role}))
        with making(clock(), actor) as work:
            shown = offered(work)
        assert len(shown) == 1 + ("another" in WAYS[way])
        for message_id, names in shown.items():
            taken = {name for name in (CORRECT, RESEND) if is_taken(clock, actor, name, message_id)}
            assert names == taken, (way, role)


def test_some_of_it_is_offered_and_some_is_not(app: Flask, clock: StillClock) -> None:
    """The control: comparing empty sets alone would hold for ever."""
    make_told(clock, "forfeited beside one that waits")
    with making(clock(), Actor("admin", roles=frozenset({Role.LICENSING_ADMIN}))) as work:
        assert list(offered(work).values()) == [set(), {CORRECT, RESEND}]


@pytest.mark.parametrize(("way", "mails"), [("of a leaver", 1), ("waits", 2)])
def test_a_leaver_is_not_written_to_under_another_address(
    app: Flask, clock: StillClock, way: str, mails: int
) -> None:
    ann = make_told(clock, way)
    with making(clock()) as work:
        correct_address(work, ann, RIGHT, "typed wrong")
    with making(clock()) as work:
        assert work.session.get_one(Person, ann).email == RIGHT
        assert len(told(work)) == mails
