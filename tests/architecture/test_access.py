"""Every address says who may enter; the list of them was read by somebody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from vlms.core.permissions import Permission, Role, permissions_of
from vlms.web.access import FOREIGN_PUBLIC, public, requires, undeclared

REVIEWED = Path(__file__).parent / "reviewed_access.json"


def declared(app: Flask) -> dict[str, str]:
    """Each endpoint's addresses and what it asks for."""
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in FOREIGN_PUBLIC:
            continue
        view = app.view_functions[rule.endpoint]
        access = view.access  # type: ignore[attr-defined]
        asked = "public" if access is None else str(access.value)
        proof = ", freshly proved" if getattr(view, "needs_proof", False) else ""
        methods = "|".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found[f"{methods} {rule.rule}"] = asked + proof
    return found


def test_the_access_of_every_address_is_the_reviewed_one(app: Flask) -> None:
    assert declared(app) == json.loads(REVIEWED.read_text("utf-8"))


def test_an_address_in_an_organisation_is_never_public(app: Flask) -> None:
    open_to_all = [
        address
        for address, access in declared(app).items()
        if access == "public" and "/o/<organisation>" in address
    ]
    assert open_to_all == []


def test_a_view_that_declares_nothing_is_found() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/told", "told", public(lambda: "x"))
    bare.add_url_rule("/asked", "asked", requires(Permission.VIEW_CODES)(lambda: "x"))
    assert undeclared(bare) == []
    bare.add_url_rule("/forgotten", "forgotten", lambda: "x")
    assert undeclared(bare) == ["forgotten"]


def test_every_role_stands_in_the_table() -> None:
    for role in Role:
        permissions_of(frozenset({role}))


@pytest.mark.parametrize(
    "role", [Role.OPERATOR, Role.FINANCE, Role.RESELLER, Role.AUDITOR, Role.SUPPORT]
)
def test_who_must_not_see_a_code_may_not_reveal_one(role: Role) -> None:
    assert Permission.REVEAL_UNASSIGNED_CODES not in permissions_of(frozenset({role}))


def test_an_auditor_changes_nothing() -> None:
    may = permissions_of(frozenset({Role.AUDITOR}))
    assert all(permission.value.startswith("view_") for permission in may)
