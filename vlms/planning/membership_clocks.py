"""The days of memberships as entries of a calendar (M1, M3, K5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from vlms.core.text import Text, _
from vlms.exports.calendar import Entry
from vlms.partners.models.memberships import Membership
from vlms.partners.queries.membership_standing import MembershipStanding, standing_of
from vlms.partners.queries.memberships import list_benefits, list_memberships
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_reminding import skills_check_days
from vlms.partners.terms import membership_terms
from vlms.planning.calendar_kinds import Kind
from vlms.planning.looking import Look
from vlms.web.locales import show_zone


def membership_entries(look: Look, address: Callable[..., str]) -> Iterator[Entry]:
    """Of each membership that was not bought anew, the days that are still to come."""
    for one in list_memberships(look.session, look.organisation_id):
        if one.replaced_on is None:
            yield from _entries(look, one, address("memberships.show", membership_id=one.id))


def _entries(look: Look, membership: Membership, page: str) -> Iterator[Entry]:
    standing = standing_of(look.session, membership, look.now, may_order=True)
    note = show_zone(membership.organisation.time_zone)
    for word, title, day in _days(look, standing):
        if day >= standing.today:
            key = f"{membership.id}-{word}"
            kind = Kind.MEMBERSHIP.value
            yield Entry(key, str(title), day, note=note, address=page, kind=kind)


def _days(look: Look, standing: MembershipStanding) -> Iterator[tuple[str, Text, date]]:
    membership, year, name = standing.membership, standing.year, standing.offer.name
    yield "anniversary", _("Anniversary: %(offer)s", offer=name), year.anniversary
    yield "opens", _("Renewal window opens: %(offer)s", offer=name), year.window_opens
    last = standing.last_day_to_renew
    yield "closes", _("Last day to renew: %(offer)s", offer=name), last
    if standing.waiting is not None:
        number = standing.waiting.number
        title = _("Last day to pay order %(number)s", number=number)
        yield f"pay-{number}", title, standing.waiting.pay_by
    if membership.family is OfferFamily.PACKAGE:
        for day in skills_check_days(year, membership_terms(year.anniversary).terms):
            yield f"skills-{day}", _("Skills check: %(offer)s", offer=name), day
    ends = {
        one.ends_on
        for one in list_benefits(look.session, membership.id)
        if one.activated_count < one.quantity
    }
    for day in sorted(ends):
        yield f"benefits-{day}", _("Unused benefits lapse: %(offer)s", offer=name), day
