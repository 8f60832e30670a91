"""The mails that a membership brings, planned and sent (M1, K5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.partners.models.memberships import Membership
from vlms.partners.queries.memberships import list_benefits, year_of
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_reminding import ReminderKind, planned_mails
from vlms.partners.terms import membership_terms


def list_planned(
    session: Session, membership: Membership, today: date
) -> Sequence[tuple[date, ReminderKind]]:
    """All of its present year, as it is known today; none of what was replaced."""
    if membership.replaced_on is not None:
        return ()
    terms = membership_terms(membership.anniversary).terms
    ends = list_unused_ends(session, membership.id)
    is_package = membership.family is OfferFamily.PACKAGE
    return planned_mails(year_of(membership, today), terms, ends, is_package=is_package)


def list_unused_ends(session: Session, membership_id: UUID) -> Sequence[date]:
    """The last days of benefits that are not all in use."""
    rows = list_benefits(session, membership_id)
    return sorted({one.ends_on for one in rows if one.activated_count < one.quantity})
