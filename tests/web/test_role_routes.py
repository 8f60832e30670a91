"""The gate lets in the roles that the reviewed file names, and nobody else (threat 6)."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient
from tests.support.plain_arguments import PLAIN
from tests.web.test_tenants import address
from tools.roles import EVERYONE, reviewed
from vlms.core.permissions import Role
from vlms.core.tokens import new_id

CALLS = 200
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def members(app: Flask, clock: StillClock) -> Iterator[dict[str, CheckingClient]]:
    """Somebody of each role in one organisation, signed in."""
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        for role in Role:
            make_member(work, place, role, f"{role.value}@contoso.example")
    found = {}
    for role in Role:
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        client.sign_in(f"{role.value}@contoso.example")
        client.checks = False
        found[role.value] = client
    app.config["WTF_CSRF_ENABLED"] = False
    yield found
    app.config["WTF_CSRF_ENABLED"] = True


def in_workspaces(app: Flask) -> list[tuple[Rule, str, frozenset[str]]]:
    """Each address within an organisation, with a method and the roles that may enter."""
    read = reviewed()
    return [
        (rule, method, frozenset(read[f"{rule.rule} {method}"].split()))
        for rule in app.url_map.iter_rules()
        if "organisation" in rule.arguments
        and _is_known(rule)
        and read.get(f"{rule.rule} GET") != EVERYONE
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if read[f"{rule.rule} {method}"] != EVERYONE
    ]


def _is_known(rule: Rule) -> bool:
    words = rule.arguments - {"organisation", *PLAIN}
    return all(word.endswith("_id") for word in words)


def asked(app: Flask, client: CheckingClient, rule: Rule, method: str) -> int:
    """The status of the answer to an address with ids that are nobody's."""
    ids = {name: new_id() for name in rule.arguments if name.endswith("_id")}
    where = address(app, rule, "contoso", ids)
    return client.open(where, method=method, data={} if method == "POST" else None).status_code


def test_a_role_that_is_not_named_is_refused(
    app: Flask, members: dict[str, CheckingClient]
) -> None:
    pairs = [
        (rule, method, role)
        for rule, method, roles in in_workspaces(app)
        for role in sorted(members.keys() - roles)
    ]
    let_in = [
        (rule.rule, method, role, status)
        for rule, method, role in random.Random(6).sample(pairs, CALLS)
        if (status := asked(app, members[role], rule, method)) != 403
    ]
    assert let_in == []


def test_a_role_that_is_named_gets_in(app: Flask, members: dict[str, CheckingClient]) -> None:
    """The negative control: the same requests by who may enter are not refused at the gate."""
    pairs = [
        (rule, role)
        for rule, method, roles in in_workspaces(app)
        if method == "GET" and rule.arguments == {"organisation"}
        for role in sorted(roles)
    ]
    found = [asked(app, members[role], rule, "GET") for rule, role in pairs[::7]]
    assert len(found) > 40
    assert found.count(200) > len(found) / 2
