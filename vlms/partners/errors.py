"""Refusals of the rules about partner organisations."""

from __future__ import annotations

from vlms.core.errors import DomainError


class MembershipRefused(DomainError):
    """A renewal of a membership that M1-M3 do not allow."""

    reason = "membership_refused"


class LinkRefused(DomainError):
    """A link between a person's MCID and an organisation that K1 does not allow."""

    reason = "link_refused"
