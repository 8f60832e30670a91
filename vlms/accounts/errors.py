"""Refusals of accounts."""

from __future__ import annotations

from vlms.core.errors import DomainError


class RoleRefused(DomainError):
    """This role cannot be given so."""

    reason = "role_refused"


class AlreadyThere(DomainError):
    """An address, number or name that has to be the only one is taken."""

    reason = "already_there"


class InvitingRefused(DomainError):
    """This person is not invited to sign in, or not now."""

    reason = "inviting_refused"
