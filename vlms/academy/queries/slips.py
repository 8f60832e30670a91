"""Finds the people for whom slips may be printed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from vlms.academy.models.roster import ClassMember, SchoolClass
from vlms.academy.queries.sittings import whole_institution
from vlms.accounts.models import LinkPurpose, OneTimeLink, Person, User
from vlms.accounts.queries import names_person
from vlms.audit.models import AuditEntry


@dataclass(frozen=True)
class SlipFilter:
    """Those in a class on `day`, whose names or number fit the words; all without e-mail."""

    day: date
    class_id: UUID | None = None
    words: str | None = None


def list_bearers(
    session: Session, organisation_id: UUID, wanted: SlipFilter, limit: int
) -> Sequence[Person]:
    """The first people without an address who have not left, by name."""
    statement = select(Person).where(
        Person.organisation_id == organisation_id, Person.email.is_(None), Person.left_at.is_(None)
    )
    if wanted.class_id is not None:
        statement = statement.where(Person.id.in_(_members(wanted.class_id, wanted.day)))
    if wanted.words:
        statement = statement.where(names_person(wanted.words))
    return session.scalars(statement.order_by(Person.search_name, Person.id).limit(limit)).all()


def _members(class_id: UUID, day: date) -> Select[UUID]:
    goes_on = ClassMember.last_day.is_(None) | (ClassMember.last_day >= day)
    return select(ClassMember.person_id).where(ClassMember.class_id == class_id, goes_on)


def list_classes(session: Session, organisation_id: UUID) -> Sequence[SchoolClass]:
    """The classes that go on, by title."""
    return session.scalars(
        select(SchoolClass)
        .where(SchoolClass.organisation_id == organisation_id, SchoolClass.ended_on.is_(None))
        .order_by(SchoolClass.title, SchoolClass.id)
    ).all()


def users_of(session: Session, people: Collection[Person]) -> dict[UUID, User]:
    """Who has claimed these people, by the user's key."""
    keys = {person.user_id for person in people if person.user_id}
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(keys)))}


def newest_slips(session: Session, people: Collection[Person]) -> dict[UUID, OneTimeLink]:
    """The slip printed last for each of these people who has one."""
    statement = select(OneTimeLink).where(
        OneTimeLink.subject_id.in_([person.id for person in people]),
        OneTimeLink.purpose == LinkPurpose.SET_UP_SIGN_IN,
    )
    return {link.subject_id: link for link in session.scalars(statement.order_by(OneTimeLink.id))}


def printers_of(session: Session, people: Collection[Person]) -> Mapping[UUID, str]:
    """Who printed the newest slip of each of these people, as the journal has it."""
    statement = (
        select(AuditEntry)
        .where(
            AuditEntry.record_id.in_([person.id for person in people]),
            AuditEntry.action == "slip.printed",
            AuditEntry.record_kind == "person",
        )
        .order_by(AuditEntry.sequence)
    )
    with whole_institution(session) as wide:
        entries = wide.scalars(statement).unique().all()
        return {entry.record_id: entry.detail.actor_name for entry in entries if entry.detail}
