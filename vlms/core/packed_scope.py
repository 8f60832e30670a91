"""Scopes kept as plain values: a job works for whom it was asked by, and sees no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from vlms.core.scope import Organisation, Reseller, Scope, System


def pack_scope(scope: Scope | None) -> dict[str, Any] | None:
    """A scope as JSON; None for one in which nobody asks for jobs (a holder's, a
    manager's)."""
    match scope:
        case Organisation():
            return {
                "organisation": str(scope.id),
                "agreements": _packed(scope.agreement_ids),
                "schools": _packed(scope.school_ids),
            }
        case Reseller():
            return {"reseller": str(scope.id)}
        case System():
            return {"system": scope.reason}
    return None


def unpack_scope(packed: Mapping[str, Any]) -> Scope:
    """The scope that was packed."""
    if "organisation" in packed:
        agreements, schools = packed["agreements"], packed["schools"]
        return Organisation(UUID(packed["organisation"]), _unpacked(agreements), _unpacked(schools))
    if "reseller" in packed:
        return Reseller(UUID(packed["reseller"]))
    return System(str(packed["system"]))


def _packed(some: frozenset[UUID] | None) -> list[str] | None:
    return None if some is None else sorted(str(each) for each in some)


def _unpacked(some: list[str] | None) -> frozenset[UUID] | None:
    return None if some is None else frozenset(UUID(each) for each in some)
