"""Scopes kept as plain values: a job works for whom it was asked by, and sees no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from vlms.core.scope import Organisation, Reseller, Scope, System


def pack_scope(scope: Scope | None) -> dict[str, Any] | None:
    """A scope as JSON; None for one in which nobody asks for jobs (a holder's)."""
    match scope:
        case Organisation():
            some = scope.agreement_ids
            kept = None if some is None else sorted(str(each) for each in some)
            return {"organisation": str(scope.id), "agreements": kept}
        case Reseller():
            return {"reseller": str(scope.id)}
        case System():
            return {"system": scope.reason}
    return None


def unpack_scope(packed: Mapping[str, Any]) -> Scope:
    """The scope that was packed."""
    if "organisation" in packed:
        some = packed["agreements"]
        kept = None if some is None else frozenset(UUID(each) for each in some)
        return Organisation(UUID(packed["organisation"]), kept)
    if "reseller" in packed:
        return Reseller(UUID(packed["reseller"]))
    return System(str(packed["system"]))
