"""Twins of what is done to locations that read first and write later: negative controls.

Nothing like it may stand in the product.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, update

from vlms.core.db import reading, transaction
from vlms.core.scope import System
from vlms.partners.models.locations import PartnerLocation, PartnerLocationPerson
from vlms.partners.queries.locations import find_headquarters, get_location

_TWIN = System("unguarded twin")


def remove_unguarded(meeting: threading.Barrier, location_id: UUID) -> None:
    """Takes a location away that was no headquarters when it was looked at."""
    with reading(_TWIN) as session:
        assert not get_location(session, location_id).is_headquarters
    meeting.wait()
    with transaction(_TWIN) as session:
        session.execute(delete(PartnerLocation).where(PartnerLocation.id == location_id))


def name_unguarded(meeting: threading.Barrier, location_id: UUID) -> None:
    """Makes a location the headquarters that was there when it was looked at."""
    with reading(_TWIN) as session:
        before = find_headquarters(session, get_location(session, location_id).organisation_id)
        assert before is not None
        former = before.id
    meeting.wait()
    with transaction(_TWIN) as session:
        for key, is_head in ((former, False), (location_id, True)):
            named = update(PartnerLocation).where(PartnerLocation.id == key)
            session.execute(named.values(is_headquarters=is_head))


def place_unguarded(
    meeting: threading.Barrier, location_id: UUID, person_ids: Collection[UUID]
) -> None:
    """Lets people belong to a location that was there when it was looked at."""
    with reading(_TWIN) as session:
        organisation_id = get_location(session, location_id).organisation_id
    meeting.wait()
    with transaction(_TWIN) as session:
        for key in person_ids:
            placed = {"organisation_id": organisation_id, "person_id": key}
            session.add(PartnerLocationPerson(location_id=location_id, **placed))
