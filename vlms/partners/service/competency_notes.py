"""Notes how competencies stand from day to day, and tells when one falls (K3, K4)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.events import PresenceChanged
from vlms.accounts.models import Organisation, RoleGrant
from vlms.accounts.queries import get_organisation, list_users_who_may
from vlms.core.permissions import ROLE_PERMISSIONS, Permission
from vlms.core.work import Work
from vlms.jobs.service import plan
from vlms.notices.outbox import Mail, Recipient, post
from vlms.partners.competencies import Definitions
from vlms.partners.link_events import LinkEnded, LinkPartEnded
from vlms.partners.models.competencies import CompetencyFigure, CompetencySpell
from vlms.partners.models.links import Association
from vlms.partners.queries.competencies import get_facts, list_standings_of
from vlms.partners.queries.memberships import find_present, year_of
from vlms.partners.queries.qualification import qualification_of
from vlms.partners.rules.attainment import CompetencyState, Level
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_year import MembershipState, membership_state
from vlms.partners.rules.standing import Standing

NOTE_ONE = "partners.note_competencies_of"
_ONE_DAY = timedelta(days=1)


def note_all(opened: Callable[[], AbstractContextManager[Work]]) -> None:
    """Every partner's competencies, one unit of work each."""
    with opened() as work:
        partner_ids = list_partners(work)
    for partner_id in partner_ids:
        with opened() as work:
            note_standings(work, partner_id)


def list_partners(work: Work) -> list[UUID]:
    """Who has figures, a history, or somebody who may look after competencies."""
    may = [r for r, allowed in ROLE_PERMISSIONS.items() if Permission.EDIT_COMPETENCIES in allowed]
    granted = select(RoleGrant.organisation_id).where(
        RoleGrant.role.in_(may), RoleGrant.ended_at.is_(None)
    )
    figures = select(CompetencyFigure.organisation_id)
    spells = select(CompetencySpell.organisation_id)
    return sorted(set(work.session.scalars(granted.union(figures, spells))))


def note_standings(
    work: Work, organisation_id: UUID, definitions: Definitions | None = None
) -> int:
    """Compare today with what was noted last; how many competencies stand otherwise now.

    Whoever looks after competencies is told once when one has fallen (K4). They are those
    shipped unless others are given.
    """
    place = get_organisation(work.session, organisation_id)
    facts = get_facts(work.session, organisation_id, work.today(place.time_zone), definitions)
    last = {one.competency: one for one in _open_spells(work, organisation_id)}
    changed = 0
    with work.doing("competency.noted"):
        for standing in list_standings_of(facts):
            spell = last.get(standing.definition.key)
            if spell is None and not standing.has_begun:
                continue
            if spell is not None and (spell.state, spell.level) == _stands(standing):
                continue
            changed += 1
            before = (spell.state, spell.level) if spell else None
            noted = _note(work, place, standing, spell)
            if before is not None and is_fall(before, standing):
                _tell(work, place, standing, (noted, before[1]))
    return changed


def is_fall(before: tuple[CompetencyState, int | None], now: Standing[Any]) -> bool:
    """Whether the level fell, or what was bought came to be at risk."""
    state, level = before
    came_at_risk = now.state is CompetencyState.AT_RISK and state is not CompetencyState.AT_RISK
    return came_at_risk or (now.level or 0) < (level or 0)


def note_after_presence(work: Work, event: PresenceChanged) -> None:
    """Somebody has left or come back: let the worker look, once for all of one act (K4)."""
    with work.as_system("competencies after somebody left"):
        _plan(work, event.organisation_id)


def note_after_link(work: Work, event: LinkEnded | LinkPartEnded) -> None:
    """A link or a part of it has ended, and what came by it counts no more: the same (K1, K4)."""
    with work.as_system("competencies after a link ended"):
        association = work.session.get_one(Association, event.association_id)
        _plan(work, association.organisation_id)


def _plan(work: Work, organisation_id: UUID) -> None:
    key = f"{NOTE_ONE}:{organisation_id}:{work.now.isoformat()}"
    plan(work, NOTE_ONE, key, {"organisation_id": str(organisation_id)})


def _open_spells(work: Work, organisation_id: UUID) -> list[CompetencySpell]:
    own = select(CompetencySpell).where(
        CompetencySpell.organisation_id == organisation_id, CompetencySpell.ended_on.is_(None)
    )
    return list(work.session.scalars(own.with_for_update()))


def _stands(standing: Standing[UUID]) -> tuple[CompetencyState, int | None]:
    return standing.state, int(standing.level) if standing.level else None


def _note(
    work: Work, place: Organisation, standing: Standing[UUID], spell: CompetencySpell | None
) -> CompetencySpell:
    """End what was and begin what is; twice on one day the last word holds."""
    day = work.today(place.time_zone)
    state, level = _stands(standing)
    if spell is not None and spell.started_on >= day:
        spell.state, spell.level = state, level
        work.flush()
        return spell
    if spell is not None:
        spell.ended_on = day - _ONE_DAY
        work.flush()
    begun = CompetencySpell(
        organisation_id=place.id,
        competency=standing.definition.key,
        state=state,
        level=level,
        started_on=day,
        created_at=work.now,
    )
    work.session.add(begun)
    work.flush()
    return begun


def _endangers_renewal(work: Work, place: Organisation, standing: Standing[UUID]) -> bool:
    """K4: whether a package was bought on it that cannot be renewed at its level as things stand.

    What is over cannot be renewed at all, and what is only shown beside it is not asked for (K3).
    """
    day = work.today(place.time_zone)
    package = find_present(work.session, place.id, OfferFamily.PACKAGE)
    if package is None or membership_state(year_of(package, day), day) is MembershipState.LAPSED:
        return False
    found = qualification_of(work.session, package, day)
    return found is not None and found.key == standing.definition.key and found.is_at_risk


def _tell(
    work: Work,
    place: Organisation,
    standing: Standing[UUID],
    change: tuple[CompetencySpell, int | None],
) -> None:
    spell, before = change
    asked = standing.definition
    facts = {
        "competency_en": asked.name.singular,
        "competency_zh": asked.name.chinese,
        "before": before or 0,
        "now": int(standing.level or 0),
        "silver": int(Level.SILVER),
        "is_at_risk": _endangers_renewal(work, place, standing),
        "organisation": place.name,
        "path": f"/o/{place.slug}/competencies/{asked.key}",
    }
    once = f"competency_fallen:{spell.id}:{spell.state.value}:{spell.level or 0}"
    for user in list_users_who_may(work.session, place.id, Permission.EDIT_COMPETENCIES):
        mail = Mail("competency_fallen", spell.id, f"{once}:{user.id}", place.id, facts=facts)
        post(work, mail, Recipient(user.name, user.email, user.language))
