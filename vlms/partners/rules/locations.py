"""The locations of a partner: a headquarters id and location ids of its MPN."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vlms.core.errors import Conflict, Topic
from vlms.core.reading import refuse
from vlms.core.text import Text, _

_MPN_ID = re.compile(r"[0-9A-Za-z-]{1,20}")


@dataclass(frozen=True)
class LocationFacts:
    """What is entered about a location."""

    mpn_id: str
    name: str
    city: str
    country: str
    is_headquarters: bool = False


def read_mpn_id(typed: str, label: Text) -> str:
    """An id as the programme gives it: up to 20 letters, figures and dashes."""
    text = typed.strip()
    if not _MPN_ID.fullmatch(text):
        raise refuse(typed, label, _("Enter the id as the programme shows it, as 4100001."))
    return text.upper()


def mpn_id_taken() -> Conflict:
    return Conflict(
        "K5",
        _("Another location of this organisation has this MPN id."),
        reason="mpn_id_taken",
        field="mpn_id",
        way_out=_("Correct the id, or change that location."),
        ask=Topic.PARTNER_SUPPORT,
    )


def second_headquarters() -> Conflict:
    return Conflict(
        "K5",
        _("Somebody else has just named another headquarters."),
        reason="second_headquarters",
        field="is_headquarters",
        way_out=_("Look at the list and try again."),
        ask=Topic.PARTNER_SUPPORT,
    )


def headquarters_stays() -> Conflict:
    return Conflict(
        "K5",
        _("The headquarters cannot be removed or given up while other locations are there."),
        reason="headquarters_stays",
        field="is_headquarters",
        way_out=_("Name another location the headquarters first."),
        ask=Topic.PARTNER_SUPPORT,
    )


def placed_meanwhile() -> Conflict:
    return Conflict(
        "K5",
        _("Somebody else is assigning the same people to a location."),
        reason="placed_meanwhile",
        way_out=_("Look at the list and try again."),
        ask=Topic.PARTNER_SUPPORT,
    )
