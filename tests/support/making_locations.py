"""Makes locations of partners."""

from __future__ import annotations

from vlms.accounts.models import Organisation, Person
from vlms.core.work import Work
from vlms.partners.models.locations import PartnerLocation, PartnerLocationPerson


def make_location(
    work: Work, organisation: Organisation, mpn_id: str, *people: Person, head: bool = False
) -> PartnerLocation:
    """A location with this MPN id in a city of its own, and who belongs to it."""
    made = PartnerLocation(
        organisation_id=organisation.id,
        mpn_id=mpn_id,
        name=f"Office {mpn_id}",
        city=f"City {mpn_id}",
        country="TW",
        is_headquarters=head,
        created_at=work.now,
    )
    work.session.add(made)
    work.flush()
    for person in people:
        work.session.add(
            PartnerLocationPerson(
                organisation_id=organisation.id, person_id=person.id, location_id=made.id
            )
        )
    work.flush()
    return made
