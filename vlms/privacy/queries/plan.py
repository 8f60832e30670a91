"""What erasing a person would do: what goes, what stays and why, and what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.bound import Bound, list_bound
from vlms.accounts.models import RoleGrant
from vlms.agreements.models import Agreement, AgreementContact
from vlms.privacy.queries.changes import list_changes
from vlms.privacy.queries.concerned import Concerned
from vlms.privacy.queries.details import list_details


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
    changes = list_changes(session, who)
    found = Counter(change.place.name for change in changes)
    found["audit_detail"] = len(list_details(session, who, changes))
    return +found


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
