"""How a membership stands on a day, and what its renewal needs (M1-M3, K3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from vlms.core.clock import local_day
from vlms.core.money import Money
from vlms.partners.models.memberships import Membership, MembershipBenefit, MembershipOrder
from vlms.partners.offers import offer_on
from vlms.partners.queries.memberships import find_waiting, year_of
from vlms.partners.queries.qualification import Qualification, qualification_of
from vlms.partners.rules.attainment import Level
from vlms.partners.rules.membership_offers import Offer, unused_value
from vlms.partners.rules.membership_orders import MembershipOrderState, Waiting
from vlms.partners.rules.membership_year import (
    MembershipState,
    MembershipYear,
    last_day_to_renew,
    membership_state,
)
from vlms.partners.rules.renewal_conditions import Condition, Facts, renewal_conditions


@dataclass(frozen=True)
class MembershipStanding:
    """A membership with its days, state, the order that waits, and what a renewal needs."""

    membership: Membership
    offer: Offer
    year: MembershipYear
    state: MembershipState
    today: date
    waiting: MembershipOrder | None
    conditions: tuple[Condition, ...]
    qualification: Qualification | None

    @property
    def can_renew(self) -> bool:
        return not self.is_replaced and all(one.is_met for one in self.conditions)

    @property
    def is_replaced(self) -> bool:
        return self.membership.replaced_on is not None

    @property
    def last_day_to_renew(self) -> date:
        return last_day_to_renew(self.year)

    @property
    def benefits_end(self) -> date:
        """The window's last day, as in the register: a waiver opens it again, and no more (M2)."""
        return self.year.window_closes

    @property
    def lost_on(self) -> date:
        """The first day on which it cannot be renewed any more."""
        return self.last_day_to_renew + timedelta(days=1)

    @property
    def can_upgrade(self) -> bool:
        """M3: silver in its year, while no order waits."""
        runs = self.state is MembershipState.ACTIVE and not self.is_replaced
        return runs and self.offer.level is Level.SILVER and self.waiting is None


def standing_of(
    session: Session, membership: Membership, now: datetime, *, may_order: bool
) -> MembershipStanding:
    """How it stands at a moment, by the day of the organisation's zone."""
    today = local_day(now, membership.organisation.time_zone)
    year = year_of(membership, today)
    waiting = find_waiting(session, membership.organisation_id, membership.family, today)
    found = qualification_of(session, membership, today)
    is_qualified = None if found is None else found.level is not None
    facts = Facts(year, today, waiting.number if waiting else None, may_order, is_qualified)
    return MembershipStanding(
        membership,
        offer_on(membership.offer_key, min(today, membership.anniversary)),
        year,
        membership_state(year, today),
        today,
        waiting,
        tuple(renewal_conditions(facts)),
        found,
    )


def order_state(order: MembershipOrder, now: datetime) -> MembershipOrderState:
    """M3: lapsed from the day after the last one to pay, whether a sweep was here or not."""
    waiting = Waiting(order.number, order.state, order.placed_on, order.pay_by)
    return waiting.state_on(local_day(now, order.organisation.time_zone))


def benefit_value(benefit: MembershipBenefit) -> Money:
    """What was not activated of a benefit, in the currency of its membership."""
    each = Money(benefit.value_minor, benefit.membership.currency)
    return unused_value(benefit.quantity, benefit.activated_count, each)
