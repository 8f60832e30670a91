"""The contacts by topic (O7) of the agreements that a scope sees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.agreements.models import Agreement
from vlms.core.errors import Topic
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
