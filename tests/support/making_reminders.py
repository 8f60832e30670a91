"""Assigned codes as tests of reminders begin with them, and the mails that were written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from vlms.accounts.models import Person
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.core.scope import Organisation
from vlms.core.work import Actor, Work
from vlms.giving.service.reminder_rounds import run_rounds
from vlms.notices.models import OutboxMessage

ADMIN = "ada@contoso.example"


@dataclass(frozen=True)
class Held:
    """An organisation in Taipei, an agreement until the end of 2026, and codes of its people."""

    organisation_id: UUID
    agreement_id: UUID
    admin_id: UUID
    person_ids: tuple[UUID, ...]
    code_ids: tuple[UUID, ...]

    def administering(self, now: datetime) -> AbstractContextManager[Work]:
        roles = frozenset({Role.LICENSING_ADMIN})
        actor = Actor("Ada", self.admin_id, self.organisation_id, roles)
        return making(now, actor, Organisation(self.organisation_id))


def make_held(now: datetime, people: int = 1, slug: str = "contoso", **facts: Any) -> Held:
    """One assigned code a person; `facts` are columns of the codes."""
    with making(now) as work:
        place = make_organisation(work, slug, time_zone="Asia/Taipei")
        admin = make_member(work, place, Role.LICENSING_ADMIN, f"ada@{slug}.example")
        agreement = make_agreement(work, place)
        line = make_line(work, agreement, make_product(work, f"voucher-{slug}"), people)
        persons, codes = [], []
        for number in range(people):
            person = make_person(work, place, f"Person {number}", f"p{number}@{slug}.example")
            own = {"state": State.ASSIGNED, "person": person, **facts}
            persons.append(person.id)
            codes.append(make_codes(work, line, 1, **own)[0].id)
        return Held(place.id, agreement.id, admin.id, tuple(persons), tuple(codes))


def go_round(now: datetime) -> int:
    """The rounds of the day, as a worker does them."""
    return run_rounds(lambda: making(now))


def go_days(clock: StillClock, count: int) -> None:
    """A round on each of so many days."""
    for _day in range(count):
        clock.move(days=1)
        go_round(clock())


def mails(now: datetime, template: str = "code_reminder") -> Sequence[OutboxMessage]:
    with making(now) as work:
        found = select(OutboxMessage).where(OutboxMessage.template == template)
        return work.session.scalars(found.order_by(OutboxMessage.id)).all()


def keys(now: datetime, template: str = "code_reminder") -> list[str]:
    """On what occasions mails were written."""
    return [message.once_key.rpartition(":")[2] for message in mails(now, template)]


def change_code(now: datetime, code_id: UUID, **facts: Any) -> None:
    with making(now) as work:
        code = work.session.get_one(Code, code_id)
        for name, value in facts.items():
            setattr(code, name, value)


def change_person(now: datetime, person_id: UUID, **facts: Any) -> None:
    with making(now) as work:
        person = work.session.get_one(Person, person_id)
        for name, value in facts.items():
            setattr(person, name, value)
