"""Refuses the renewal of a package whose competency does not qualify (K3, M2)."""

from __future__ import annotations

from datetime import date

from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.work import Work
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import Membership
from vlms.partners.queries.qualification import qualification_of
from vlms.partners.rules.membership_offers import Offer
from vlms.partners.terms import membership_terms


def check_qualified(work: Work, membership: Membership, offer: Offer, day: date) -> None:
    """K3: the competency has to qualify on the day, at the level that is renewed; or M2 waives it.

    Raises MembershipRefused. A competency that nobody defines is not judged.
    """
    found = qualification_of(work.session, membership, day)
    if found is None or (found.level is not None and (offer.level or 0) <= found.level):
        return
    version = membership_terms(membership.anniversary)
    raise MembershipRefused(
        "K3",
        _(
            "The competency %(name)s does not qualify for the %(offer)s, by version %(version)s "
            "of the terms.",
            name=membership.competency or "",
            offer=offer.name,
            version=version.name,
        ),
        reason="not_qualified",
        field="offer",
        way_out=_("Renew at silver.")
        if found.level is not None
        else _("Look at what it lacks; in the window it can still be met."),
        ask=Topic.PARTNER_SUPPORT,
        facts={"version": version.name, "source": version.source},
    )
