"""Two locations of the demo's partner, and who belongs to the second."""

from __future__ import annotations

from vlms.demo.orders import Stage
from vlms.partners.queries.locations import PlaceFilter, list_person_ids
from vlms.partners.rules.locations import LocationFacts
from vlms.partners.service.locations import add_location, place_people

_PETRA = "partner@contoso.example"
_PLACES = (
    LocationFacts("4100001", "Taipei headquarters", "Taipei", "TW"),
    LocationFacts("4100002", "Kaohsiung office", "Kaohsiung", "TW"),
)


def play_locations(stage: Stage) -> None:
    """Leo belongs to the second one; everybody else to the headquarters."""
    owner_id = stage.cast.organisations["contoso"].id
    with stage.act(_PETRA, -30) as work:
        made = [add_location(work, owner_id, facts) for facts in _PLACES]
        chosen = list_person_ids(work.session, owner_id, PlaceFilter(words="leo@"))
        place_people(work, made[-1].id, chosen)
