"""Keep a partner's locations, and say who belongs to which (K5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Person
from vlms.accounts.service.managing import lock_directory
from vlms.core.doubles import refusing_doubles
from vlms.core.permissions import Permission
from vlms.core.work import Work
from vlms.partners.models.locations import PartnerLocation, PartnerLocationPerson
from vlms.partners.queries.locations import find_headquarters, get_location, list_locations
from vlms.partners.rules.locations import (
    LocationFacts,
    headquarters_stays,
    mpn_id_taken,
    placed_meanwhile,
    second_headquarters,
)

_AT_ONCE = 500


def add_location(work: Work, organisation_id: UUID, facts: LocationFacts) -> PartnerLocation:
    """The first one is the headquarters. Raises Forbidden, Conflict."""
    work.actor.require(Permission.EDIT_SKILLS)
    _hold(work, organisation_id)
    work.does("location.added")
    location = PartnerLocation(
        organisation_id=organisation_id, created_at=work.now, is_headquarters=False
    )
    is_first = not list_locations(work.session, organisation_id)
    _write(work, location, facts, is_headquarters=facts.is_headquarters or is_first)
    return location


def edit_location(work: Work, location_id: UUID, facts: LocationFacts) -> PartnerLocation:
    """Raises NotFound, Forbidden, Conflict; the headquarters is given up by naming another."""
    work.actor.require(Permission.EDIT_SKILLS)
    location = _held(work, location_id)
    if location.is_headquarters and not facts.is_headquarters:
        _require_single(work, location)
    work.does("location.changed")
    is_headquarters = facts.is_headquarters or location.is_headquarters
    _write(work, location, facts, is_headquarters=is_headquarters)
    return location


def remove_location(work: Work, location_id: UUID) -> int:
    """How many people belong to the headquarters now. Raises NotFound, Forbidden, Conflict."""
    work.actor.require(Permission.EDIT_SKILLS)
    location = _held(work, location_id)
    if location.is_headquarters:
        _require_single(work, location)
    work.does("location.removed")
    rows = work.session.scalars(
        select(PartnerLocationPerson).where(PartnerLocationPerson.location_id == location_id)
    ).all()
    for row in rows:
        work.session.delete(row)
    work.flush()
    work.session.delete(location)
    work.flush()
    return len(rows)


def place_people(work: Work, location_id: UUID, person_ids: Collection[UUID]) -> int:
    """Let people belong to a location; how many did not before.

    Raises NotFound, Forbidden, Conflict when somebody else assigns them just now.
    """
    work.actor.require(Permission.EDIT_SKILLS)
    location = _held(work, location_id)
    work.does("location.assigned")
    count = 0
    with refusing_doubles(work, uq_partner_location_person=placed_meanwhile()):
        keys = sorted(set(person_ids))
        for begin in range(0, len(keys), _AT_ONCE):
            count += _place(work, location, keys[begin : begin + _AT_ONCE])
    return count


def _held(work: Work, location_id: UUID) -> PartnerLocation:
    """The location as it stands once nobody else changes those of its organisation.

    Raises NotFound, also when it was removed meanwhile.
    """
    _hold(work, get_location(work.session, location_id).organisation_id)
    return get_location(work.session, location_id)


def _hold(work: Work, organisation_id: UUID) -> None:
    """Let nobody else change the locations before this work is done, and read them anew.

    The organisation is held, not its locations: of those that are just added there is no row yet.
    """
    lock_directory(work, organisation_id)
    own = select(PartnerLocation).where(PartnerLocation.organisation_id == organisation_id)
    work.session.scalars(own, execution_options={"populate_existing": True}).all()


def _require_single(work: Work, headquarters: PartnerLocation) -> None:
    if len(list_locations(work.session, headquarters.organisation_id)) > 1:
        raise headquarters_stays()


def _place(work: Work, location: PartnerLocation, keys: Sequence[UUID]) -> int:
    own = select(Person.id).where(
        Person.id.in_(keys), Person.organisation_id == location.organisation_id
    )
    found = select(PartnerLocationPerson).where(PartnerLocationPerson.person_id.in_(keys))
    placed = {row.person_id: row for row in work.session.scalars(found)}
    count = 0
    for person_id in work.session.scalars(own):
        row = placed.get(person_id)
        if row is None:
            row = PartnerLocationPerson(
                organisation_id=location.organisation_id, person_id=person_id
            )
            work.session.add(row)
        count += row.location_id != location.id
        row.location_id = location.id
    return count


def _write(
    work: Work, location: PartnerLocation, facts: LocationFacts, *, is_headquarters: bool
) -> None:
    refusals = {
        "uq_partner_location_mpn": mpn_id_taken(),
        "uq_partner_location_headquarters": second_headquarters(),
    }
    with refusing_doubles(work, **refusals), work.session.no_autoflush:
        if is_headquarters:
            before = find_headquarters(work.session, location.organisation_id)
            if before is not None and before is not location:
                before.is_headquarters = False
                work.flush()
        location.mpn_id, location.name = facts.mpn_id, facts.name
        location.city, location.country = facts.city, facts.country
        location.is_headquarters = is_headquarters
        work.session.add(location)
