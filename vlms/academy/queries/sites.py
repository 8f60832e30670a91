"""Reads the sites of an institution, and what the gate asks of them (A1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.academy.models.sites import DeliverySite, SiteCheck
from vlms.academy.requirements import site_requirements
from vlms.academy.rules.gate import SiteFacts, gate_conditions
from vlms.accounts.models import Organisation, School
from vlms.core.acts import Condition
from vlms.core.clock import local_day
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


@dataclass(frozen=True)
class SiteFilter:
    """Sites whose name, address or number has the words; with the gate open or shut at `now`."""

    now: datetime
    words: str | None = None
    has_open_gate: bool | None = None


def search_sites(session: Session, wanted: SiteFilter, listing: Listing) -> Page[DeliverySite]:
    """One page of the sites under a filter."""
    statement = whole_sites().options(joinedload(DeliverySite.organisation))
    if wanted.words:
        named = (DeliverySite.name, DeliverySite.address, DeliverySite.center_number)
        statement = statement.where(
            or_(*(column.icontains(wanted.words, autoescape=True) for column in named))
        )
    if wanted.has_open_gate is not None:
        is_open = _is_open(session, wanted.now)
        statement = statement.where(is_open if wanted.has_open_gate else not_(is_open))
    return page_of(session, statement, {"name": DeliverySite.name}, listing)


def _is_open(session: Session, now: datetime) -> ColumnElement[bool]:
    """What `is_gate_open` asks of a site, as a condition that is never null."""
    keys = [requirement.key for requirement in site_requirements()]
    ticked = (
        select(func.count(SiteCheck.id))
        .where(
            SiteCheck.site_id == DeliverySite.id,
            SiteCheck.ticked_at.is_not(None),
            SiteCheck.requirement_key.in_(keys),
        )
        .scalar_subquery()
    )
    return and_(
        DeliverySite.closed_at.is_(None),
        func.coalesce(DeliverySite.center_number, "") != "",
        DeliverySite.valid_from.is_not(None),
        DeliverySite.valid_to.is_not(None),
        ticked == len(keys),
        or_(*_valid_by_zone(session, now)),
    )


def _valid_by_zone(session: Session, now: datetime) -> Iterator[ColumnElement[bool]]:
    """The number is valid today, whose day is the one of the site's zone."""
    school = select(School.time_zone).where(School.id == DeliverySite.school_id)
    institution = select(Organisation.time_zone).where(
        Organisation.id == DeliverySite.organisation_id
    )
    zone = func.coalesce(func.nullif(school.scalar_subquery(), ""), institution.scalar_subquery())
    zones = {
        one
        for column in (School.time_zone, Organisation.time_zone)
        for one in session.scalars(select(column).distinct())
        if one
    }
    days: dict[date, list[str]] = defaultdict(list)
    for name in sorted(zones):
        days[local_day(now, name)].append(name)
    for day, names in days.items():
        yield and_(zone.in_(names), DeliverySite.valid_from <= day, DeliverySite.valid_to >= day)
