"""Refusals of the ordering rules."""

from __future__ import annotations

from vlms.core.errors import DomainError


class OrderRefused(DomainError):
    """An order, a line or a step that the rules O1-O4, P2, P6 or A1 do not allow."""

    reason = "order_refused"
