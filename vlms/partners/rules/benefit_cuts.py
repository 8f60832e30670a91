"""Which assigned benefits a renewal at a lower level does not have any more (K3, M1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vlms.core.text import Text
from vlms.partners.rules.membership_offers import BenefitEnd, Offer


@dataclass(frozen=True)
class Running:
    """A benefit that runs until a year's end: how many are assigned."""

    key: str
    name: Text
    assigned: int
    ends_on: date


@dataclass(frozen=True)
class Cut:
    """So many are assigned, so many go on; the others end with that day."""

    name: Text
    assigned: int
    goes_on: int
    ends_on: date


def cuts_by(offer: Offer, running: Iterable[Running]) -> list[Cut]:
    """What a renewal at this offer ends; yearly quantities begin anew at every level."""
    found = []
    for one in running:
        benefit = offer.find_benefit(one.key)
        is_yearly = benefit is not None and benefit.ends is BenefitEnd.ANNIVERSARY
        kept = benefit.quantity if benefit is not None else 0
        if not is_yearly and one.assigned > kept:
            found.append(Cut(one.name, one.assigned, kept, one.ends_on))
    return found
