"""Finds memberships, their orders, benefits and reminders."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.partners.models.memberships import (
    Membership,
    MembershipBenefit,
    MembershipOrder,
    MembershipReminder,
)
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_orders import (
    MembershipOrderKind,
    MembershipOrderState,
    last_day_to_pay,
)
from vlms.partners.rules.membership_reminding import ReminderKind
from vlms.partners.rules.membership_year import MembershipYear, membership_year
from vlms.partners.terms import membership_terms, waivers_on

# No zone's day is further from that of UTC.
_ONE_DAY = timedelta(days=1)
_FURTHEST_CHECK = timedelta(days=200)


def year_of(membership: Membership, day: date) -> MembershipYear:
    """The days of its present anniversary, by its version and by what is waived that day (M1, M2).

    What was waived at an anniversary that was renewed since holds until the present one.
    """
    known = waivers_on(day, membership.family)
    present = membership.anniversary
    terms = membership_terms(present).terms
    before = present - terms.year
    if not known or before <= membership.bought_on:
        return membership_year(present, terms, known)
    former = membership_year(before, membership_terms(before).terms, known)
    return membership_year(present, terms, known, former.exemptions)


def days_of(membership: Membership) -> MembershipYear:
    """The days of its present anniversary alone: no waiver lets a benefit end later (M1, M2)."""
    return membership_year(membership.anniversary, membership_terms(membership.anniversary).terms)


def may_be_exempt(membership: Membership, day: date) -> bool:
    """Whether its first year overlaps one that a waiver exempts: else nothing is looked up."""
    bought, year = membership.bought_on, membership_terms(membership.bought_on).terms.year
    return any(
        one.first_anniversary < bought <= one.last_anniversary + year
        for one in waivers_on(day, membership.family)
    )


def payable_until(kind: MembershipOrderKind, membership: Membership | None, day: date) -> date:
    """Until when an order that is placed on a day can be paid (M1, M3)."""
    if membership is None:
        return last_day_to_pay(kind, day, membership_terms(day))
    terms = membership_terms(membership.anniversary)
    return last_day_to_pay(kind, day, terms, year_of(membership, day))


def list_memberships(session: Session, organisation_id: UUID) -> Sequence[Membership]:
    """All, those that were replaced too; the present one of each family first."""
    statement = select(Membership).where(Membership.organisation_id == organisation_id)
    order = (Membership.replaced_on.is_not(None), Membership.family, Membership.bought_on.desc())
    return session.scalars(statement.order_by(*order)).all()


def find_present(session: Session, organisation_id: UUID, family: OfferFamily) -> Membership | None:
    """The one of a family that was not bought anew since; it may have lapsed."""
    return session.scalar(
        select(Membership).where(
            Membership.organisation_id == organisation_id,
            Membership.family == family,
            Membership.replaced_on.is_(None),
        )
    )


def find_replaced(session: Session, membership: Membership) -> Membership | None:
    """The one that had lapsed when this was bought anew."""
    return session.scalar(
        select(Membership).where(
            Membership.organisation_id == membership.organisation_id,
            Membership.family == membership.family,
            Membership.replaced_on == membership.bought_on,
        )
    )


def get_membership(session: Session, membership_id: UUID) -> Membership:
    """Raises NotFound, also for one that the session does not see."""
    found = session.scalar(select(Membership).where(Membership.id == membership_id))
    if found is None:
        raise NotFound("M1", _("There is no such membership."))
    return found


def list_orders_of(session: Session, membership_id: UUID) -> Sequence[MembershipOrder]:
    statement = select(MembershipOrder).where(MembershipOrder.membership_id == membership_id)
    return session.scalars(statement.order_by(MembershipOrder.placed_at.desc())).all()


def list_orders(session: Session, organisation_id: UUID) -> Sequence[MembershipOrder]:
    """All orders of memberships of an organisation, the latest first."""
    statement = select(MembershipOrder).where(MembershipOrder.organisation_id == organisation_id)
    return session.scalars(statement.order_by(MembershipOrder.placed_at.desc())).all()


def currencies_of_orders(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    """The currency of each of these orders that the session's scope may see."""
    found = session.scalars(select(MembershipOrder).where(MembershipOrder.id.in_(keys)))
    return {order.id: order.currency for order in found}


def get_order(session: Session, order_id: UUID) -> MembershipOrder:
    """Raises NotFound, also for one that the session does not see."""
    found = session.scalar(select(MembershipOrder).where(MembershipOrder.id == order_id))
    if found is None:
        raise NotFound("M3", _("There is no such order of a membership."))
    return found


def find_renewed(session: Session, order: MembershipOrder) -> Membership | None:
    """The membership that an order renews, while it is as it was when it was placed."""
    if order.kind is not MembershipOrderKind.RENEW or order.membership_id is None:
        return None
    found = get_membership(session, order.membership_id)
    return found if found.anniversary == order.anniversary else None


def find_waiting(
    session: Session, organisation_id: UUID, family: OfferFamily, today: date
) -> MembershipOrder | None:
    """The order of a family that can still be paid (M3)."""
    return session.scalar(
        select(MembershipOrder).where(
            MembershipOrder.organisation_id == organisation_id,
            MembershipOrder.family == family,
            MembershipOrder.state == MembershipOrderState.PLACED,
            MembershipOrder.pay_by >= today,
        )
    )


def list_benefits(session: Session, membership_id: UUID) -> Sequence[MembershipBenefit]:
    """The register of one membership, those that end last first."""
    statement = select(MembershipBenefit).where(MembershipBenefit.membership_id == membership_id)
    order = (MembershipBenefit.ends_on.desc(), MembershipBenefit.name_en)
    return session.scalars(statement.order_by(*order)).all()


def get_benefit(session: Session, benefit_id: UUID) -> MembershipBenefit:
    """Raises NotFound, also for one that the session does not see."""
    found = session.scalar(select(MembershipBenefit).where(MembershipBenefit.id == benefit_id))
    if found is None:
        raise NotFound("M1", _("There is no such benefit."))
    return found


def list_reminders(session: Session, membership_id: UUID) -> Sequence[MembershipReminder]:
    """What was sent about a membership, the latest first."""
    statement = select(MembershipReminder).where(MembershipReminder.membership_id == membership_id)
    return session.scalars(statement.order_by(MembershipReminder.sent_at.desc())).all()


def list_overdue(
    session: Session, organisation_id: UUID, family: OfferFamily, today: date
) -> Sequence[MembershipOrder]:
    """Orders of a family that were not paid by their last day and are not closed yet (M3)."""
    return session.scalars(
        select(MembershipOrder).where(
            MembershipOrder.organisation_id == organisation_id,
            MembershipOrder.family == family,
            MembershipOrder.state == MembershipOrderState.PLACED,
            MembershipOrder.pay_by < today,
        )
    ).all()


def list_overdue_orders(session: Session, day: date) -> Sequence[UUID]:
    """Orders that may have lapsed unpaid by a day of UTC, whatever zone they are of (M3)."""
    return session.scalars(
        select(MembershipOrder.id)
        .where(
            MembershipOrder.state == MembershipOrderState.PLACED,
            MembershipOrder.pay_by < day + _ONE_DAY,
        )
        .order_by(MembershipOrder.id)
    ).all()


def list_to_remind(session: Session, day: date) -> Sequence[UUID]:
    """Memberships that something may be due of, about a day of UTC; not what is told lost."""
    told = select(MembershipReminder.id).where(
        MembershipReminder.membership_id == Membership.id,
        MembershipReminder.kind == ReminderKind.LOST,
        MembershipReminder.due_on > Membership.anniversary,
    )
    ending = select(MembershipBenefit.membership_id).where(
        MembershipBenefit.ends_on >= day - _ONE_DAY,
        MembershipBenefit.activated_count < MembershipBenefit.quantity,
    )
    near = and_(Membership.anniversary <= day + _FURTHEST_CHECK, ~told.exists())
    return session.scalars(
        select(Membership.id)
        .where(Membership.replaced_on.is_(None), or_(near, Membership.id.in_(ending)))
        .order_by(Membership.id)
    ).all()


def is_reminded(session: Session, membership_id: UUID, kind: ReminderKind, due_on: date) -> bool:
    """Whether somebody was told of this occasion."""
    statement = select(MembershipReminder.id).where(
        MembershipReminder.membership_id == membership_id,
        MembershipReminder.kind == kind,
        MembershipReminder.due_on == due_on,
    )
    return session.scalar(statement.limit(1)) is not None
