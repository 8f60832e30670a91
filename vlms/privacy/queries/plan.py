"""What erasing a person would do: what goes, what stays and why, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from vlms.accounts.bound import Bound, list_bound
from vlms.accounts.models import RoleGrant
from vlms.agreements.models import Agreement, AgreementContact
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.privacy.queries.concerned import Concerned
from vlms.privacy.queries.rows import contains, count_rows, in_pieces, is_own, names_them, places


@dataclass(frozen=True)
class Plan:
    """`counts` are rows by table; `hindrances` end first, `lapsing` codes end unused (C2)."""

    who: Concerned
    counts: Mapping[str, int]
    hindrances: Sequence[Bound]
    lapsing: Sequence[Bound]
    staying: Sequence[Bound]
    contacts: Sequence[str]
    role_count: int

    @property
    def is_free(self) -> bool:
        """Whether nothing has to end first."""
        return not (self.hindrances or self.contacts or self.role_count)


def plan_erasure(session: Session, who: Concerned, now: datetime) -> Plan:
    """On a session that sees everything: mails and sessions are nobody's to list."""
    bound = [
        thing for found in list_bound(session, who.person_ids, now).values() for thing in found
    ]
    return Plan(
        who,
        _counts(session, who),
        [thing for thing in bound if thing.ends_first],
        [thing for thing in bound if thing.lapses],
        [thing for thing in bound if not (thing.ends_first or thing.lapses)],
        list_contact_agreements(session, who),
        _count_roles(session, who),
    )


def _counts(session: Session, who: Concerned) -> Mapping[str, int]:
    found = {
        place.model.__tablename__: count_rows(
            session, place, is_own(place, who) | names_them(place, who)
        )
        for place in places()
    }
    found["audit_detail"] = len(list_details(session, who, ()))
    return {name: count for name, count in found.items() if count}


def _count_roles(session: Session, who: Concerned) -> int:
    """Roles of theirs that have not ended, where they are looked for."""
    if who.user_id is None:
        return 0
    statement = select(RoleGrant.id).where(
        RoleGrant.user_id == who.user_id,
        RoleGrant.organisation_id.in_(sorted(who.organisation_ids)),
        RoleGrant.ended_at.is_(None),
    )
    return len(session.scalars(statement).all())


def list_contact_agreements(session: Session, who: Concerned) -> Sequence[str]:
    """The numbers of the agreements that name one of their addresses as a contact."""
    addresses = sorted(who.addresses)
    named = select(AgreementContact.agreement_id).where(AgreementContact.email.in_(addresses))
    statement = select(Agreement.number).where(
        Agreement.organisation_id.in_(sorted(who.organisation_ids)),
        Agreement.id.in_(named) | Agreement.account_manager_email.in_(addresses),
    )
    return session.scalars(statement.order_by(Agreement.number)).all()


def list_details(session: Session, who: Concerned, record_ids: Sequence[UUID]) -> Sequence[int]:
    """The details of the journal that are on them or name them; entries stay whole.

    `record_ids` are further records of theirs, whose details may name them in one word.
    """
    found = set(_find_details(session, _tells_of(who)))
    for piece in in_pieces(sorted(record_ids)):
        theirs = AuditEntry.record_id.in_(piece)
        found |= set(_find_details(session, theirs & _holds(who.named.needles(own=True))))
    return sorted(found)


def _find_details(session: Session, condition: ColumnElement[bool]) -> Iterator[int]:
    statement = (
        select(AuditDetail.sequence)
        .join(AuditEntry, AuditEntry.sequence == AuditDetail.sequence)
        .where(condition, AuditEntry.action.not_in(ERASED))
    )
    yield from session.scalars(statement)


ERASED = ("person.erased", "user.erased")
"""The entries that tell of erasing itself; they name nobody."""


def _tells_of(who: Concerned) -> ColumnElement[bool]:
    there: ColumnElement[bool] = AuditEntry.organisation_id.in_(sorted(who.organisation_ids))
    if who.user_goes:
        there |= AuditEntry.organisation_id.is_(None)
    on_them = AuditEntry.record_id.in_(sorted(who.record_ids))
    by_them = (AuditEntry.actor_id == who.user_id) if who.user_id else false()
    return on_them | (there & (by_them | _holds(who.named.needles(own=False))))


def _holds(needles: frozenset[str]) -> ColumnElement[bool]:
    columns: tuple[Any, ...] = (AuditDetail.actor_name, AuditDetail.before, AuditDetail.after)
    return or_(false(), *(contains(column, needles) for column in columns))
