"""Refusals of disclosures."""

from __future__ import annotations

from vlms.core.errors import DomainError


class DisclosureRefused(DomainError):
    """A code that is not shown, or an export that is not made (C8)."""

    reason = "disclosure_refused"
