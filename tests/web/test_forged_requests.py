"""No unsafe request is done without the token of a page: every route is asked, by the map."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import OrganisationKind
from vlms.app import SIGNED
from vlms.core.permissions import Role

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
OPERATOR = "op@home.example"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What each signed view is proved by stands in its own tests.
PROVED = frozenset({f"{view.__module__}.{view.__name__}" for view in SIGNED})


def address_of(app: Flask, rule: Rule) -> str:
    """An address of the rule, of the visitor's own organisation where it is of one."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        kind = type(rule._converters[name]).__name__
        values[name] = {"UUIDConverter": uuid4(), "IntegerConverter": 1}.get(kind, "x")
    values.update({"organisation": "home"} if "organisation" in rule.arguments else {})
    return str(app.url_map.bind("localhost").build(rule.endpoint, values, next(iter(unsafe(rule)))))


def unsafe(rule: Rule) -> set[str]:
    return set(rule.methods or ()) - SAFE


def doors(app: Flask) -> Iterator[tuple[str, str, str]]:
    for rule in app.url_map.iter_rules():
        for method in unsafe(rule):
            yield rule.endpoint, method, address_of(app, rule)


def is_proved(app: Flask, endpoint: str) -> bool:
    view = app.view_functions[endpoint]
    return f"{view.__module__}.{view.__name__}" in PROVED


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_every_unsafe_request_without_a_token_is_refused(
    app: Flask, client: CheckingClient, clock: StillClock, is_signed_in: bool
) -> None:
    with making(clock()) as work:
        home = make_organisation(work, "home", OrganisationKind.OPERATOR)
        make_member(work, home, Role.OPERATOR, OPERATOR)
    if is_signed_in:
        client.sign_in(OPERATOR)
    client.checks = False
    answers = {}
    for endpoint, method, address in doors(app):
        if not is_proved(app, endpoint):
            answer = client.open(address, method=method, data={"x": "y"})
            to_sign_in = answer.status_code == 302 and "/sign-in" in (answer.location or "")
            answers[endpoint] = 400 if to_sign_in and not is_signed_in else answer.status_code
    # 403: none of the operator's roles opens it.
    assert {one: code for one, code in answers.items() if code not in (400, 403)} == {}
    assert sum(code == 400 for code in answers.values()) > 100 or not is_signed_in


def test_a_request_with_its_token_is_done(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    """The control: it is the token that the others lack."""
    form = client.page("/sign-in").select_one('form[action$="/language"]')
    assert form is not None
    data = {**values_of(form), "language": "en"}
    assert client.post("/language", data=data).status_code == 302
    for forged in ("", "x", str(data["csrf_token"])[:-1]):
        assert client.post("/language", data={**data, "csrf_token": forged}).status_code == 400


def test_only_what_proves_itself_needs_no_token(app: Flask) -> None:
    found = {endpoint for endpoint, _method, _address in doors(app) if is_proved(app, endpoint)}
    assert found == {"bounces.take", "declining.off"}
