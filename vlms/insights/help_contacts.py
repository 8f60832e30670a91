"""The contacts by topic (O7) of the agreements that a scope sees; those of a school's people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.accounts.queries import list_users_who_may
from vlms.accounts.school_queries import list_coordinators, names_of_schools
from vlms.agreements.models import Agreement
from vlms.core.errors import Topic
from vlms.core.permissions import Permission
from vlms.core.text import Text, _

# More than these are looked up at the agreement itself.
MOST = 20
TOPICS: dict[Topic, tuple[Text, Text]] = {
    Topic.ACCOUNT: (_("Account manager"), _("Anything about the agreement itself.")),
    Topic.PRICING: (_("Pricing and discounts"), _("What an order costs, and why.")),
    Topic.CODES: (_("Codes"), _("Codes that have not come, or do not work.")),
    Topic.EXAM_PROVIDER: (_("Exam provider"), _("Sites, appointments and the day of the exam.")),
    Topic.CERTIFICATION_PROFILES: (
        _("Certification profiles"),
        _("Results that are missing in a profile, and names that differ."),
    ),
    Topic.PARTNER_SUPPORT: (_("Partner support"), _("Memberships and competencies of partners.")),
}


def list_contacts(session: Session, today: date) -> Sequence[Agreement]:
    """The agreements that have not ended, with their contacts; the first to end first."""
    statement = (
        select(Agreement)
        .where(Agreement.last_day >= today)
        .options(joinedload(Agreement.organisation), selectinload(Agreement.contacts))
        .order_by(Agreement.last_day, Agreement.number)
        .limit(MOST)
    )
    return session.scalars(statement).all()


@dataclass(frozen=True)
class SchoolContact:
    """Somebody of one's own institution; `school` is empty for who answers for all schools."""

    school: str
    name: str
    email: str


def list_school_contacts(
    session: Session, organisation_id: UUID, school_ids: Collection[UUID]
) -> Sequence[SchoolContact]:
    """The coordinators of these schools, then the institution's licensing admins."""
    schools = names_of_schools(session, school_ids)
    coordinators = [
        SchoolContact(schools[school_id], grant.user.name, grant.user.email)
        for grant in list_coordinators(session, school_ids)
        if (school_id := grant.school_id) is not None
    ]
    admins = list_users_who_may(session, organisation_id, Permission.EDIT_PACKS)
    found = [*coordinators, *(SchoolContact("", one.name, one.email) for one in admins)]
    return list(dict.fromkeys(found))
