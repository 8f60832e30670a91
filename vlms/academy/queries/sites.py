"""Reads the sites of an institution, and what the gate asks of them (A1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.academy.models.sites import DeliverySite, SiteCheck
from vlms.academy.requirements import site_requirements
from vlms.academy.rules.gate import SiteFacts, gate_conditions
from vlms.accounts.models import Organisation
from vlms.core.acts import Condition
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _


def whole_sites() -> Select[DeliverySite]:
    """Sites with their school and ticks."""
    return select(DeliverySite).options(
        joinedload(DeliverySite.school),
        selectinload(DeliverySite.checks).joinedload(SiteCheck.user),
    )


def get_site(session: Session, site_id: UUID) -> DeliverySite:
    """With its school and ticks. Raises NotFound, also for another school's."""
    site = session.scalar(whole_sites().where(DeliverySite.id == site_id))
    if site is None:
        raise NotFound(None, _("There is no such site."))
    return site


def list_sites(session: Session, organisation_id: UUID) -> Sequence[DeliverySite]:
    """All that the session sees, by name; the closed ones too."""
    statement = whole_sites().where(DeliverySite.organisation_id == organisation_id)
    return session.scalars(statement.order_by(DeliverySite.name)).all()


def zone_of_site(session: Session, site: DeliverySite) -> str:
    """Its days are the school's; without a school, the institution's."""
    if site.school is not None and site.school.time_zone:
        return site.school.time_zone
    return session.get_one(Organisation, site.organisation_id).time_zone


def gate_of(site: DeliverySite, day: date) -> list[Condition]:
    """What must hold for exams of site packs at the site on a day, met or not (A1)."""
    facts = SiteFacts(
        name=site.name,
        is_closed=site.closed_at is not None,
        center_number=site.center_number,
        valid_from=site.valid_from,
        valid_to=site.valid_to,
        ticked={check.requirement_key for check in site.checks if check.ticked_at is not None},
    )
    return list(gate_conditions(facts, site_requirements(), day))


def is_gate_open(site: DeliverySite, day: date) -> bool:
    return all(condition.is_met for condition in gate_of(site, day))


def search_sites(session: Session, words: str | None, listing: Listing) -> Page[DeliverySite]:
    """One page of the sites whose name, address or number has these words."""
    statement = whole_sites().options(joinedload(DeliverySite.organisation))
    if words:
        named = (DeliverySite.name, DeliverySite.address, DeliverySite.center_number)
        statement = statement.where(
            or_(*(column.icontains(words, autoescape=True) for column in named))
        )
    return page_of(session, statement, {"name": DeliverySite.name}, listing)
