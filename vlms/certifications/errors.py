"""Refusals of the rules about certifications."""

from __future__ import annotations

from vlms.core.errors import DomainError


class RenewalRefused(DomainError):
    """An attempt at a renewal assessment that R1-R4 do not allow."""

    reason = "renewal_refused"
