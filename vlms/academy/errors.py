"""Refusals of the academic rules."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from vlms.core.errors import DomainError, NotFound
from vlms.core.text import _, ngettext


class AcademyRefused(DomainError):
    """A step of the academic part that the rules A1–A4 or C3 do not allow."""

    reason = "academy_refused"


class DrawRefused(AcademyRefused):
    """An exam that a quota does not give: too few are left, or not on that day (A2, A3)."""

    reason = "draw_refused"


class QuotaRefused(AcademyRefused):
    """A quota that cannot be given, recalled, moved or asked for (A2)."""

    reason = "quota_refused"


class GateShut(AcademyRefused):
    """A site at which no exam of a site pack may be delivered on that day (A1)."""

    reason = "gate_shut"


class NotEligible(DomainError):
    """This person may not sit this pack's exam on that day (A2, A3)."""

    reason = "not_eligible"


class SeatRefused(AcademyRefused):
    """A candidate's seat that may not be taken, or a step that it does not allow (A2, A4)."""

    reason = "seat_refused"


class SittingRefused(AcademyRefused):
    """A sitting that cannot be scheduled so: its exam, its day, its people (A2)."""

    reason = "sitting_refused"


class SomeRefused(AcademyRefused):
    """Several candidates of whom some are refused: nothing is done until they are left out.

    `refused` gives each one's key, name and refusal.
    """

    reason = "some_refused"

    def __init__(self, rule: str, refused: Sequence[tuple[UUID, str, DomainError]]) -> None:
        super().__init__(
            rule,
            ngettext(
                "%(number)s candidate is refused, so nothing was done for any of them.",
                "%(number)s candidates are refused, so nothing was done for any of them.",
                len(refused),
            ),
            way_out=_("Mend what is said of each, or leave them out."),
            facts={
                "refused": [
                    {
                        "id": str(key),
                        "name": name,
                        "rule": refusal.rule,
                        "reason": refusal.reason,
                        "refusal": str(refusal.sentence),
                    }
                    for key, name, refusal in refused
                ]
            },
        )
        self.refused = tuple(refused)

    def __str__(self) -> str:
        each = (f"{name}: {refusal}" for _key, name, refusal in self.refused)
        return "\n".join((super().__str__(), *each))


class SlipRefused(AcademyRefused):
    """A slip for setting up a sign-in that this person needs not, or cannot have."""

    reason = "slip_refused"


class SlipOver(NotFound):
    """A slip that was used, replaced, or is too old."""

    reason = "slip_over"


class RosterRefused(AcademyRefused):
    """A roster that is not taken in as it is; nothing of it is written."""

    reason = "roster_refused"
