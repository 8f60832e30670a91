"""No address gives one school what belongs to another school of the institution (threat 5, A2).

The tenants' test of organisations, for schools: every address with an id is asked for a record
of the school of management by the people of the school of law, to read and to change it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from sqlalchemy import func, select
from werkzeug.routing import Rule

from tests.support.clock import StillClock
from tests.support.crawling import walk
from tests.support.making import PASSWORD, making
from tests.support.making_academy import (
    ADMIN_EMAIL,
    COORDINATOR_EMAIL,
    OTHER_COORDINATOR_EMAIL,
    Academy,
    make_academy,
    make_school_member,
)
from tests.support.making_codes import make_codes, make_line, make_product
from tests.support.making_foreign import CANARY, make_foreign
from tests.support.making_foreign_people import make_foreign_import
from tests.support.pages import CheckingClient
from vlms.audit.models import AuditEntry
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.db import reading
from vlms.core.permissions import Permission, Role, permissions_of
from vlms.core.scope import System
from vlms.core.work import Work
from vlms.journal.denials import REFUSED

TEACHER_EMAIL = "tom@fabrikam.example"
# Of the whole institution, or of nobody; what stands there of a school is that school's alone.
SHARED = {"pack_id", "product_id", "course_id", "term_id", "agreement_id"}
PLAIN = {"currency": "USD", "form": "csv", "step": "x", "token": "x" * 43}


@pytest.fixture
def ids(app: Flask, clock: StillClock) -> Iterator[dict[str, UUID]]:
    with making(clock()) as work:
        made = make_academy(work)
        make_school_member(work, made.law, Role.TEACHER, TEACHER_EMAIL)
        found = {
            **make_foreign(work, made),
            **make_foreign_import(work, made.organisation.id),
            "code_id": _code(work, made).id,
        }
    app.config["WTF_CSRF_ENABLED"] = False
    yield found
    app.config["WTF_CSRF_ENABLED"] = True


def _code(work: Work, made: Academy) -> Code:
    """A code of the other school's student that waits for its claim."""
    line = make_line(work, made.agreement, make_product(work), 1)
    (code,) = make_codes(work, line, 1, state=State.ASSIGNED, person=made.other_student)
    return code


def rules_for(app: Flask, role: Role) -> list[Rule]:
    """The addresses of a workspace that a role may open and that name a record."""
    may = permissions_of(frozenset({role}))
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "organisation" in rule.arguments
        and any(name.endswith("_id") for name in rule.arguments)
        and isinstance(access := _access(app, rule), Permission)
        and access in may
    ]


def _access(app: Flask, rule: Rule) -> object:
    return getattr(app.view_functions[rule.endpoint], "access", None)


def address(app: Flask, rule: Rule, ids: dict[str, UUID]) -> str:
    known: dict[str, Any] = {"organisation": "fabrikam", **PLAIN, **ids}
    values = {name: known[name] for name in rule.arguments}
    with app.test_request_context():
        return url_for(rule.endpoint, **values)


def entering(app: Flask, email: str) -> CheckingClient:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.checks = False
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    return client


def count_changes() -> int:
    with reading(System("test")) as session:
        # That somebody was refused is an entry too, and no change.
        changes = AuditEntry.action != REFUSED
        return int(session.scalar(select(func.count(AuditEntry.sequence)).where(changes)) or 0)


PEOPLE = [(COORDINATOR_EMAIL, Role.SCHOOL_COORDINATOR), (TEACHER_EMAIL, Role.TEACHER)]


@pytest.mark.parametrize(("email", "role"), PEOPLE)
def test_no_address_shows_or_changes_what_is_another_schools(
    app: Flask, ids: dict[str, UUID], email: str, role: Role
) -> None:
    client, before, leaks = entering(app, email), count_changes(), []
    rules = rules_for(app, role)
    assert len(rules) >= (20 if role is Role.SCHOOL_COORDINATOR else 5)
    for rule in rules:
        where = address(app, rule, ids)
        named = {name for name in rule.arguments if name.endswith("_id")}
        allowed = {403, 404} | ({200, 302, 422} if named <= SHARED else set())
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(where, method=method, data={} if method == "POST" else None)
            told = CANARY.encode() in answer.data
            if answer.status_code not in allowed or told:
                leaks.append((method, where, answer.status_code, told))
    assert leaks == []
    assert count_changes() == before


def test_the_own_coordinator_is_shown_the_same_addresses(app: Flask, ids: dict[str, UUID]) -> None:
    """The negative control: with the right school these very addresses answer."""
    client = entering(app, OTHER_COORDINATOR_EMAIL)
    shown = [
        rule.endpoint
        for rule in rules_for(app, Role.SCHOOL_COORDINATOR)
        if not {name for name in rule.arguments if name.endswith("_id")} <= SHARED
        and "GET" in (rule.methods or ())
        and client.get(address(app, rule, ids)).status_code == 200
    ]
    assert len(shown) >= 10


LISTS = [
    *PEOPLE,
    (OTHER_COORDINATOR_EMAIL, Role.SCHOOL_COORDINATOR),
    (ADMIN_EMAIL, Role.LICENSING_ADMIN),
]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("email", "role"), LISTS)
def test_lists_files_and_all_that_is_linked_name_the_own_school_alone(
    app: Flask, ids: dict[str, UUID], email: str, role: Role
) -> None:
    """And no link of theirs leads nowhere; the school's own people are the control."""
    client = entering(app, email)
    linked = walk(client)
    wrong = {where: status for where, status in linked.answers.items() if status >= 400}
    assert wrong == {}
    told = {where for where in linked.answers if CANARY.encode() in client.get(where).data}
    for rule in app.url_map.iter_rules():
        is_list = {"organisation"} <= rule.arguments <= {"organisation", "form"}
        if is_list and "GET" in (rule.methods or ()):
            answer = client.get(address(app, rule, ids))
            assert answer.status_code < 500, rule.rule
            told |= {rule.rule} if CANARY.encode() in answer.data else set()
    is_stranger = (email, role) in PEOPLE
    assert (told == set()) is is_stranger, told
