"""Makes partners with memberships that were bought on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from tests.support.making import make_member, make_organisation, making
from vlms.accounts.models import Organisation
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.partners.models.memberships import Membership
from vlms.partners.service.membership_orders import buy
from vlms.partners.service.membership_payments import record_payment

_PACIFIC = "America/Los_Angeles"
PETRA = "petra@contoso.example"


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
    """Bought and paid on the day of the work; its anniversary is 365 days later."""
    order = buy(work, partner.id, offer, currency, "PO-1", "Something of their own")
    return record_payment(work, order.id, work.today(partner.time_zone), "paid")


def make_bought(
    day: date | str,
    offer: str = "silver-package",
    slug: str = "contoso",
    time_zone: str = _PACIFIC,
) -> Membership:
    """A partner of its own, whose membership was paid on a day of its zone."""
    with making(moment(day, time_zone)) as work:
        return make_membership(work, make_partner(work, slug, time_zone), offer)
