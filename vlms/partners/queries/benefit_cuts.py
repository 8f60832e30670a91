"""What a renewal at another level would end of a membership's assigned benefits (K3, M1)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vlms.core.text import Name
from vlms.partners.models.memberships import Membership
from vlms.partners.queries.memberships import days_of, list_benefits
from vlms.partners.rules.benefit_cuts import Cut, Running, cuts_by
from vlms.partners.rules.membership_offers import Offer


def list_cuts(session: Session, membership: Membership, offer: Offer) -> list[Cut]:
    """Of what runs until the end of the present window."""
    end = days_of(membership).window_closes
    running = [
        Running(
            one.benefit_key,
            Name(one.name_en, chinese=one.name_zh),
            one.assigned_count,
            one.ends_on,
        )
        for one in list_benefits(session, membership.id)
        if one.ends_on == end
    ]
    return cuts_by(offer, running)
