"""Refusals of the rules about certifications."""

from __future__ import annotations

from vlms.core.errors import DomainError


class TakingBackRefused(DomainError):
    """What was proved, or has gone on since, is not taken back by hand (R1, R3)."""

    reason = "taking_back_refused"


class RenewalRefused(DomainError):
    """An attempt at a renewal assessment that R1-R4 do not allow."""

    reason = "renewal_refused"
