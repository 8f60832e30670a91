"""Refusals of privacy."""

from __future__ import annotations

from vlms.core.errors import DomainError


class ErasureRefused(DomainError):
    """Something of the person's still runs, or was not confirmed (D1)."""

    reason = "erasure_refused"
