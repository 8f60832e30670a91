"""Makes partners with memberships that were bought on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from tests.support.making import make_member, make_organisation, making
from tests.support.making_competencies import make_figure, make_skilled
from vlms.accounts.models import Organisation
from vlms.core.permissions import Role
from vlms.core.term import add_months
from vlms.core.work import Work
from vlms.orders.service.series import next_in_series
from vlms.partners.models.memberships import Membership, MembershipOrder
from vlms.partners.offers import offer_on, offers_on
from vlms.partners.queries.memberships import find_present, year_of
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_orders import (
    MembershipOrderKind,
    MembershipOrderState,
    last_day_to_pay,
)
from vlms.partners.rules.membership_year import membership_state
from vlms.partners.service.membership_orders import buy
from vlms.partners.service.membership_payments import record_payment
from vlms.partners.terms import membership_terms

_PACIFIC = "America/Los_Angeles"
PETRA = "petra@contoso.example"
QUALIFIED = "sample-data-analytics"


def moment(day: date | str, zone: str = _PACIFIC, at: time = time(12)) -> datetime:
    """A moment of a day in a zone, noon unless told otherwise."""
    read = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(read, at, ZoneInfo(zone)).astimezone(UTC)


def make_partner(work: Work, slug: str = "contoso", time_zone: str = _PACIFIC) -> Organisation:
    """An organisation with a partner administrator."""
    partner = make_organisation(work, slug, time_zone=time_zone)
    make_member(work, partner, Role.PARTNER_ADMINISTRATOR, f"petra@{slug}.example")
    return partner


def make_membership(
    work: Work, partner: Organisation, offer: str = "silver-package", currency: str = "USD"
) -> Membership:
    """Bought and paid on the day of the work; its anniversary is 365 days later.

    A package is on words that nobody defines, as releases before took them: nothing judges it.
    """
    if offer == "action-pack":
        order = buy(work, partner.id, offer, currency, "PO-1")
    else:
        order = make_package_order(work, partner, offer, currency)
    return record_payment(work, order.id, work.today(partner.time_zone), "paid")


def make_package_order(
    work: Work,
    partner: Organisation,
    offer: str = "silver-package",
    currency: str = "USD",
    competency: str = "Something of their own",
) -> MembershipOrder:
    """An order of a package on a competency that nobody has looked at, placed today."""
    today = work.today(partner.time_zone)
    terms, found = membership_terms(today), offer_on(offer, today)
    present = find_present(work.session, partner.id, OfferFamily.PACKAGE)
    if present is not None and membership_state(year_of(present, today), today) != "lapsed":
        # It says so itself.
        buy(work, partner.id, offer, currency, "PO-1", competency)
    price = found.prices[currency].minor
    order = MembershipOrder(
        organisation_id=partner.id,
        number=f"M-{today.year}-{next_in_series(work, f'membership-{today.year}'):06d}",
        kind=MembershipOrderKind.BUY,
        state=MembershipOrderState.PLACED,
        family=found.family,
        offer_key=offer,
        competency=competency,
        purchase_order="PO-1",
        currency=currency,
        list_minor=price,
        amount_minor=price,
        offers_version=offers_on(today).name,
        terms_version=terms.name,
        placed_at=work.now,
        placed_on=today,
        pay_by=last_day_to_pay(MembershipOrderKind.BUY, today, terms),
    )
    work.session.add(order)
    work.flush()
    return order


def make_qualified(work: Work, partner: Organisation, people: int = 4) -> str:
    """Four people and figures for gold of a competency, two for silver; its key.

    The figures are of the month before, so it stays attained for a year.
    """
    for number in range(people):
        exam = ("PL-300", "DP-203")[number % 2]
        make_skilled(work, partner, f"Analyst{number}", exam)
    today = work.today(partner.time_zone)
    month = add_months(today.replace(day=1), -1)
    make_figure(work, partner, (QUALIFIED, "customers", "new-customers"), month, "6")
    return QUALIFIED


def make_bought(
    day: date | str,
    offer: str = "silver-package",
    slug: str = "contoso",
    time_zone: str = _PACIFIC,
) -> Membership:
    """A partner of its own, whose membership was paid on a day of its zone."""
    with making(moment(day, time_zone)) as work:
        return make_membership(work, make_partner(work, slug, time_zone), offer)
