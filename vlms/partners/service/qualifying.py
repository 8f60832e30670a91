"""Refuses packages whose competency does not qualify: bought, upgraded, renewed (K3, M2)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from vlms.core.errors import BadInput, Topic
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.core.work import Work
from vlms.partners.competencies import called
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import Membership
from vlms.partners.queries.buying import Candidate, find_candidate, list_candidates
from vlms.partners.queries.qualification import qualification_of
from vlms.partners.rules.membership_offers import Offer


def check_qualified(work: Work, membership: Membership, offer: Offer, day: date) -> None:
    """K3: the competency has to qualify on the day, at the level that is renewed; or M2 waives it.

    Raises MembershipRefused. A competency that nobody defines is not judged.
    """
    found = qualification_of(work.session, membership, day)
    if found is None or (found.level is not None and (offer.level or 0) <= found.level):
        return
    raise MembershipRefused(
        "K3",
        _(
            "The competency %(name)s does not qualify for the %(offer)s, by version %(version)s of "
            "what it asks for.",
            name=called(membership.competency or ""),
            offer=offer.name,
            version=found.version,
        ),
        reason="not_qualified",
        field="offer",
        way_out=_("Renew at silver.")
        if found.level is not None
        else _("Look at what it lacks; in the window it can still be met."),
        ask=Topic.PARTNER_SUPPORT,
        facts={"version": found.version, "source": found.source, "competency": found.key},
    )


def check_buyable(
    work: Work, organisation_id: UUID, competency: str | None, offer: Offer, day: date
) -> str | None:
    """K3: the key of the competency that a package is bought on, or upgraded on; None without one.

    Raises BadInput for one that is not named or not there, MembershipRefused where it does not
    qualify on the day at the level of the offer.
    """
    if offer.level is None:
        return None
    if not competency:
        raise BadInput(
            "K3",
            _("A package is bought on a competency that qualifies, and none is named."),
            field="competency",
            way_out=_("Name the competency."),
        )
    found = find_candidate(list_candidates(work.session, organisation_id, day), competency)
    if found is None:
        raise BadInput(
            "K3",
            _('There is no competency "%(name)s" on this day.', name=shown(competency)),
            field="competency",
            way_out=_("Choose one from the board of competencies."),
        )
    if not found.qualifies(offer.level):
        raise _not_buyable(found, offer)
    return found.key


def _not_buyable(found: Candidate, offer: Offer) -> MembershipRefused:
    assert offer.level is not None
    standing = found.standing
    return MembershipRefused(
        "K3",
        _(
            "The competency %(name)s does not qualify for the %(offer)s, by version %(version)s of "
            "what it asks for.",
            name=found.name,
            offer=offer.name,
            version=standing.version,
        ),
        reason="not_qualified",
        field="competency",
        way_out=_(
            "It lacks: %(lacks)s. Meet that first, or choose one that qualifies.",
            lacks=found.lacks(offer.level),
        ),
        ask=Topic.PARTNER_SUPPORT,
        facts={"version": standing.version, "source": standing.source, "competency": found.key},
    )
