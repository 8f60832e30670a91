"""Codes in the hands of people, for tests of claims, appointments and the exam desk."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product, text_of
from vlms.accounts.models import Person, User
from vlms.catalog.models import Exam, ExamFamily, Product, ProductKind
from vlms.codes.models import Code, Registration
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.registering import Booking, register
from vlms.codes.service.telling import tell_person
from vlms.core.permissions import Role
from vlms.core.scope import Holder
from vlms.core.tokens import new_id
from vlms.core.work import Actor, Work

EXAM, OTHER_EXAM = "MCP-100", "MOS-200"
DESK = Actor("desk", roles=frozenset({Role.EXAM_DESK}))
ADDRESS = "lin@contoso.example"


@dataclass(frozen=True)
class Held:
    """A code and its holder, by their keys; `text` is the normalised code."""

    code_id: UUID
    person_id: UUID
    user_id: UUID
    text: str

    @property
    def scope(self) -> Holder:
        return Holder(self.user_id, frozenset({self.person_id}))

    @property
    def actor(self) -> Actor:
        return Actor("Lin", self.user_id, roles=frozenset({Role.LEARNER}))

    def working(self, now: datetime) -> AbstractContextManager[Work]:
        """A unit of work of the holder."""
        return making(now, self.actor, self.scope)


def make_held(
    now: datetime,
    state: State = State.ASSIGNED,
    kind: ProductKind = ProductKind.EXAM_VOUCHER,
    **facts: Any,
) -> Held:
    """A code of Contoso in this state, its holder a user; a registered one with its exam.

    `starts_at` is the appointment of a registered code; other facts are the code's columns.
    """
    starts_at = facts.pop("starts_at", now + timedelta(days=10))
    text = facts.pop("text", None)
    with making(now) as work:
        organisation = make_organisation(work, "contoso", time_zone="Asia/Taipei")
        user = make_user(work, ADDRESS, "林美玲")
        person = make_person(work, organisation, "林美玲", ADDRESS, user)
        product = make_exam_product(work, kind)
        line = make_line(work, make_agreement(work, organisation), product, 1)
        first = State.ASSIGNED if state is State.REGISTERED else state
        holder = None if state is State.AVAILABLE else person
        made = {"state": first, "person": holder, **facts}
        code = make_codes(work, line, 1, texts=[text] if text else None, **made)[0]
        found = text_of(work, code) if code.sealed_text else ""
        if state is State.REGISTERED:
            register(work, code, Booking(EXAM, "Site 1", starts_at), "first")
        return Held(code.id, person.id, user.id, found)


def make_exam_product(
    work: Work, kind: ProductKind = ProductKind.EXAM_VOUCHER, **facts: Any
) -> Product:
    """A product with its exam, beside an exam of a family that it does not open."""
    address = "https://books.example/library" if kind is ProductKind.E_REFERENCE else None
    product = make_product(work, kind=kind, **{"address": address, **facts})
    for family, number in (("MCP", EXAM), ("MOS", OTHER_EXAM)):
        if work.session.get(ExamFamily, family) is None:
            work.session.add(ExamFamily(key=family, name_en=family, name_zh=family))
        if work.session.get(Exam, number) is None:
            named = {"name_en": f"Exam {number}", "name_zh": f"考試 {number}"}
            work.session.add(Exam(number=number, family_key=family, **named))
    work.flush()
    return product


def code_of(work: Work, held: Held) -> Code:
    return get_code(work.session, held.code_id)


def mailed_link(work: Work, held: Held) -> UUID:
    """The claim link of one more mail to the holder."""
    code = code_of(work, held)
    assert code.person is not None
    message = tell_person(work, code, code.person, str(new_id()))
    assert message is not None
    assert message.link_id is not None
    return message.link_id


def person_of(work: Work, held: Held) -> Person:
    return work.session.get_one(Person, held.person_id)


def user_of(work: Work, held: Held) -> User:
    return work.session.get_one(User, held.user_id)


def state_now(held: Held, now: datetime) -> State:
    with making(now) as work:
        return code_of(work, held).state


def appointments(held: Held, now: datetime) -> list[Registration]:
    with making(now) as work:
        statement = select(Registration).where(Registration.code_id == held.code_id)
        return list(work.session.scalars(statement.order_by(Registration.id)))
