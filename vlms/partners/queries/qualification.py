"""At which level a package can be renewed, by the competency that it was bought on (K3, M2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from vlms.partners.models.memberships import Membership
from vlms.partners.offers import offer_on
from vlms.partners.queries.competencies import get_facts, list_standings_of
from vlms.partners.queries.memberships import year_of
from vlms.partners.rules.attainment import Level, renewable_level


@dataclass(frozen=True)
class Qualification:
    """The competency's key, and the level that can be renewed; None: not even silver."""

    key: str
    level: Level | None
    # What the package has now.
    bought: Level
    # By which version of what the competency asks for, and where that comes from.
    version: str
    source: str

    @property
    def is_at_risk(self) -> bool:
        """K4: whether the package cannot be renewed at its level as things stand."""
        return self.level is None or self.level < self.bought


def qualification_of(session: Session, membership: Membership, day: date) -> Qualification | None:
    """None where the competency is none of those that are known, so that nothing judges it."""
    if membership.competency is None:
        return None
    bought = offer_on(membership.offer_key, membership.bought_on).level
    waived = bool(year_of(membership, day).waivers)
    for one in list_standings_of(get_facts(session, membership.organisation_id, day)):
        if bought is not None and one.definition.is_called(membership.competency):
            level = renewable_level(one.level, bought, is_waived=waived)
            return Qualification(one.definition.key, level, bought, one.version, one.source)
    return None
