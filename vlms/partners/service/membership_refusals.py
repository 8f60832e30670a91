"""Why an offer is not ordered: it runs already, is not at that level, another order waits (M1-M3).

What rests on a number or a dated rule names its version and carries its source.
"""

from __future__ import annotations

from vlms.accounts.models import Organisation
from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.core.versions import Version
from vlms.core.work import Work
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import Membership
from vlms.partners.offers import offer_on
from vlms.partners.queries.memberships import find_present, find_waiting, year_of
from vlms.partners.rules.membership_offers import Offer, OfferFamily, Offers
from vlms.partners.rules.membership_year import (
    MembershipState,
    MembershipTerms,
    last_day_to_renew,
    membership_state,
)
from vlms.partners.terms import membership_terms, membership_terms_named


def refuse_running(work: Work, organisation: Organisation, offer: Offer) -> None:
    """M1: one of a kind runs until its window is over. Raises MembershipRefused."""
    present = find_present(work.session, organisation.id, offer.family)
    if present is None:
        return
    today = work.today(organisation.time_zone)
    year = year_of(present, today)
    if membership_state(year, today) is MembershipState.LAPSED:
        return
    version = membership_terms(present.anniversary)
    raise MembershipRefused(
        "M1",
        _(
            "The organisation has this kind of membership already, with its anniversary on "
            "%(day)s and its window until %(last)s, by version %(version)s of the terms.",
            day=present.anniversary,
            last=last_day_to_renew(year),
            version=version.name,
        ),
        reason="runs_already",
        way_out=_("Renew it in its window, or upgrade it."),
        facts={
            "anniversary": present.anniversary,
            "version": version.name,
            "source": version.source,
        },
    )


def refuse_replaced(membership: Membership) -> None:
    """Raises MembershipRefused for what was bought anew since."""
    if membership.replaced_on is not None:
        raise MembershipRefused(
            "M1",
            _("This membership was bought anew on %(day)s.", day=membership.replaced_on),
            reason="replaced",
            way_out=_("Renew the one that runs now."),
        )


def check_level(membership: Membership, offer: Offer, version: Version[Offers]) -> None:
    """K3: whoever misses gold may renew at silver; the way up is the upgrade (M3).

    Raises BadInput for another level or another kind, by this version of the offers.
    """
    present = offer_on(membership.offer_key, membership.anniversary)
    is_lower = (offer.level or 0) <= (present.level or 0)
    if offer.family is not membership.family or not is_lower:
        raise BadInput(
            "K3",
            _(
                "A membership is renewed at its own level or a lower one, by version %(version)s "
                "of the offers.",
                version=version.name,
            ),
            field="offer",
            way_out=_("Renew it, then upgrade it."),
            facts={"version": version.name, "source": version.source},
        )


def another_waits(
    work: Work, organisation: Organisation, family: OfferFamily, terms: Version[MembershipTerms]
) -> MembershipRefused:
    """M3, by the version of the order that waits; by these terms where it is placed just now."""
    today = work.today(organisation.time_zone)
    found = find_waiting(work.session, organisation.id, family, today)
    if found is not None:
        terms = membership_terms_named(found.terms_version, found.anniversary or found.placed_on)
    return MembershipRefused(
        "M3",
        _(
            "Another order of this kind of membership waits for its payment, for %(count)s days "
            "at most, by version %(version)s of the terms.",
            count=terms.terms.unpaid.days,
            version=terms.name,
        ),
        reason="order_waits",
        way_out=_("Record its payment, or withdraw it."),
        facts={"version": terms.name, "source": terms.source},
    )
