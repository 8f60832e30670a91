"""Refusals of the academic rules."""

from __future__ import annotations

from vlms.core.errors import DomainError


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
