"""A partner's locations, and who belongs to which (K5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.accounts.queries import PERSON_SORTS, names_person
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.partners.models.locations import PartnerLocation, PartnerLocationPerson

Placed = PartnerLocationPerson


@dataclass(frozen=True)
class PlaceFilter:
    """Which people a location's page shows; at a location, those who belong to it."""

    words: str | None = None
    department: str | None = None
    location: PartnerLocation | None = None


def list_locations(session: Session, organisation_id: UUID) -> Sequence[PartnerLocation]:
    """The headquarters, then the others by name."""
    own = select(PartnerLocation).where(PartnerLocation.organisation_id == organisation_id)
    order = (PartnerLocation.is_headquarters.desc(), PartnerLocation.name, PartnerLocation.mpn_id)
    return session.scalars(own.order_by(*order)).all()


def get_location(session: Session, location_id: UUID) -> PartnerLocation:
    """Raises NotFound, also for another organisation's."""
    found = session.scalar(select(PartnerLocation).where(PartnerLocation.id == location_id))
    if found is None:
        raise NotFound("K5", _("There is no such location in this organisation."))
    return found


def get_location_named(session: Session, organisation_id: UUID, mpn_id: str) -> PartnerLocation:
    """The location with this MPN id. Raises NotFound."""
    for one in list_locations(session, organisation_id):
        if one.mpn_id == mpn_id.strip().upper():
            return one
    raise NotFound(
        "K5",
        _("This organisation has no location %(name)s.", name=shown(mpn_id)),
        way_out=_("Name it by its MPN id."),
    )


def find_headquarters(session: Session, organisation_id: UUID) -> PartnerLocation | None:
    return session.scalar(
        select(PartnerLocation).where(
            PartnerLocation.organisation_id == organisation_id, PartnerLocation.is_headquarters
        )
    )


def name_locations(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.scalars(select(PartnerLocation).where(PartnerLocation.id.in_(keys)))
    return {location.id: location.name for location in found}


def count_people(session: Session, organisation_id: UUID) -> Mapping[UUID, int]:
    """How many who are here belong to each location, by its key."""
    own = (
        select(Placed.location_id, func.count(Person.id))
        .select_from(Person)
        .outerjoin(Placed, Placed.person_id == Person.id)
        .where(Person.organisation_id == organisation_id, Person.left_at.is_(None))
        .group_by(Placed.location_id)
    )
    counts: dict[UUID | None, int] = {key: int(count) for key, count in session.execute(own)}
    unplaced = counts.pop(None, 0)
    found = {key: count for key, count in counts.items() if key is not None}
    if unplaced and (head := find_headquarters(session, organisation_id)):
        found[head.id] = found.get(head.id, 0) + unplaced
    return found


def search_people(
    session: Session, organisation_id: UUID, wanted: PlaceFilter, listing: Listing
) -> Page[Person]:
    """A page of the people who are here, by name."""
    return page_of(session, _people(organisation_id, wanted), PERSON_SORTS, listing)


def list_person_ids(session: Session, organisation_id: UUID, wanted: PlaceFilter) -> Sequence[UUID]:
    """All of them."""
    return session.scalars(_people(organisation_id, wanted).with_only_columns(Person.id)).all()


def locations_of(session: Session, person_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """The keys of the locations of those who were assigned to one."""
    placed = select(Placed.person_id, Placed.location_id).where(
        Placed.person_id.in_(sorted(person_ids))
    )
    return {person_id: location_id for person_id, location_id in session.execute(placed)}


def belongs_to(location: PartnerLocation) -> ColumnElement[bool]:
    """The condition on a row of people and where they are placed, if anywhere (K5)."""
    here = Placed.location_id == location.id
    return or_(here, Placed.location_id.is_(None)) if location.is_headquarters else here


def _people(organisation_id: UUID, wanted: PlaceFilter) -> Select[Person]:
    people = select(Person).where(
        Person.organisation_id == organisation_id, Person.left_at.is_(None)
    )
    if wanted.words:
        people = people.where(names_person(wanted.words))
    if wanted.department is not None:
        people = people.where(Person.department == wanted.department)
    if wanted.location is not None:
        people = people.outerjoin(Placed, Placed.person_id == Person.id)
        people = people.where(belongs_to(wanted.location))
    return people
