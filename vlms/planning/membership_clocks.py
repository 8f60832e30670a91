"""The days of memberships as entries of a calendar (M1, M3, K5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from vlms.core.clock import local_day
from vlms.core.text import Text, _
from vlms.exports.calendar import Entry
from vlms.partners.models.memberships import Membership
from vlms.partners.queries.membership_mails import list_planned, list_unused_ends
from vlms.partners.queries.membership_standing import MembershipStanding, standing_of
from vlms.partners.queries.memberships import list_memberships, list_orders
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_orders import MembershipOrderState
from vlms.partners.rules.membership_reminding import ReminderKind, skills_check_days
from vlms.partners.terms import membership_terms
from vlms.planning.calendar_kinds import Kind
from vlms.planning.looking import Look
from vlms.web.locales import show_zone


def membership_entries(look: Look, address: Callable[..., str]) -> Iterator[Entry]:
    """Of each membership that was not bought anew, the days that are still to come."""
    for one in list_memberships(look.session, look.organisation_id):
        if one.replaced_on is None:
            yield from _entries(look, one, address("memberships.show", membership_id=one.id))
    yield from _to_pay(look, address)


def _to_pay(look: Look, address: Callable[..., str]) -> Iterator[Entry]:
    """The last day to pay each order that waits for it, also for what was never bought (M3)."""
    for order in list_orders(look.session, look.organisation_id):
        zone, known = order.organisation.time_zone, order.membership_id
        if order.state != MembershipOrderState.PLACED:
            continue
        if order.pay_by < local_day(look.now, zone):
            continue
        title = _("Last day to pay order %(number)s", number=order.number)
        page = address("memberships.show", membership_id=known) if known else ""
        yield Entry(
            f"{known or order.id}-pay-{order.number}",
            str(title),
            order.pay_by,
            note=show_zone(zone),
            address=page or address("memberships.index"),
            kind=Kind.MEMBERSHIP.value,
        )


def _entries(look: Look, membership: Membership, page: str) -> Iterator[Entry]:
    standing = standing_of(look.session, membership, look.now, may_order=True)
    note = show_zone(membership.organisation.time_zone)
    days = [(Kind.MEMBERSHIP, *one) for one in _days(look, standing)]
    days += [(Kind.REMINDER, *one) for one in _mails(look, standing)]
    for kind, word, title, day in days:
        if day >= standing.today:
            key = f"{membership.id}-{word}"
            yield Entry(key, str(title), day, note=note, address=page, kind=kind.value)


def _days(look: Look, standing: MembershipStanding) -> Iterator[tuple[str, Text, date]]:
    membership, year, name = standing.membership, standing.year, standing.offer.name
    yield "anniversary", _("Anniversary: %(offer)s", offer=name), year.anniversary
    yield "opens", _("Renewal window opens: %(offer)s", offer=name), year.window_opens
    last = standing.last_day_to_renew
    is_package = membership.family is OfferFamily.PACKAGE
    closes = _("Grace ends, last day to renew: %(offer)s", offer=name)
    yield "closes", closes if is_package else _("Last day to renew: %(offer)s", offer=name), last
    if is_package:
        for day in skills_check_days(year, membership_terms(year.anniversary).terms):
            yield f"skills-{day}", _("Skills check: %(offer)s", offer=name), day
    for day in list_unused_ends(look.session, membership.id):
        yield f"benefits-{day}", _("Unused benefits lapse: %(offer)s", offer=name), day


def _mails(look: Look, standing: MembershipStanding) -> Iterator[tuple[str, Text, date]]:
    """The mails that will be sent as things stand now (M1); checks of skills stand there by day."""
    words = {
        ReminderKind.RENEWAL: _(
            "Reminder by mail: renewal of %(offer)s", offer=standing.offer.name
        ),
        ReminderKind.BENEFITS: _(
            "Reminder by mail: unused benefits of %(offer)s", offer=standing.offer.name
        ),
    }
    for day, kind in list_planned(look.session, standing.membership, standing.today):
        if kind in words:
            yield f"{kind.value}-mail-{day}", words[kind], day
