"""Who came in and left stands in the journal, and failures by the hour; no stranger's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, make_role, making
from tests.support.making_accounts import ADMIN
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.audit.rules.chain import NOBODYS
from vlms.authentication.service.limits import (
    BY_ACCOUNT,
    LIMITS,
    STEP_FAILURES,
    count_failed,
    count_sign_in,
)
from vlms.authentication.service.telling import DEVICE, ENDED, FAILED, IN, OUT, tell_failures
from vlms.core.db import db, reading
from vlms.core.errors import TooMany
from vlms.core.permissions import Role
from vlms.core.scope import System

BOTH, NOBODY = "both@x.example", "zzz@nowhere.example"
ACTS = (IN, OUT, ENDED, DEVICE, FAILED)
Told = tuple[str, UUID | None, UUID, UUID | None, dict[str, Any]]


@pytest.fixture
def contoso(app: Flask, clock: StillClock) -> Organisation:
    """With an admin of its own, and one who works elsewhere too."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
        both = make_member(work, contoso, Role.FINANCE, BOTH)
        make_role(work, make_organisation(work, "fabrikam"), both, Role.FINANCE)
    return contoso


def told() -> list[Told]:
    """Act, chain, record, actor, what it tells; oldest first."""
    with reading(System("test")) as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.action.in_(ACTS)).order_by(AuditEntry.sequence)
        ).all()
        return [
            (row.action, row.organisation_id, row.record_id, row.actor_id, after_of(row.detail))
            for row in rows
        ]


def after_of(detail: AuditDetail | None) -> dict[str, Any]:
    assert detail is not None
    return detail.after


def acts(organisation_id: UUID | None) -> list[str]:
    return [act for act, chain_id, *_rest in told() if chain_id == organisation_id]


def test_coming_in_and_leaving_stand_in_the_chain_of_ones_only_organisation(
    client: CheckingClient, contoso: Organisation
) -> None:
    client.sign_in(ADMIN)
    client.press("/o/contoso/", "/sign-out")
    client.sign_in(BOTH)
    assert acts(contoso.id) == [IN, DEVICE, OUT]
    assert acts(None) == [IN, DEVICE], "who works for several"
    for _act, _chain, record_id, actor_id, _after in told():
        assert record_id == actor_id, "it is the user's own act"


def test_sessions_that_are_ended_are_told(app: Flask, contoso: Organisation) -> None:
    here, there = (app.test_client() for _each in range(2))
    for browser in (here, there):
        assert isinstance(browser, CheckingClient)
        browser.sign_in(ADMIN)
    assert isinstance(here, CheckingClient)
    here.press("/my/sessions/", "/my/sessions/end-others")
    ended = [(chain_id, after) for act, chain_id, _r, _a, after in told() if act == ENDED]
    assert ended == [(contoso.id, {"count": 1})]


def fail(client: CheckingClient, *addresses: str) -> None:
    for address in addresses:
        assert client.send("/sign-in", email=address, password="wrong").status_code == 422


def tell_at(now: datetime) -> int:
    with making(now) as work:
        return tell_failures(work)


def test_failures_are_told_by_the_hour_and_strangers_addresses_are_not(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    hour = clock().replace(minute=0, second=0, microsecond=0)
    fail(client, ADMIN, ADMIN, ADMIN, BOTH, NOBODY, NOBODY, "other@nowhere.example")
    assert told() == [], "nothing at the door itself"
    assert tell_at(clock()) == 0, "the hour is not over"
    clock.set(hour + timedelta(hours=1))
    assert [tell_at(clock()) for _time in range(2)] == [3, 0]
    found = {
        (chain_id, record_id == NOBODYS): after
        for act, chain_id, record_id, _actor, after in told()
        if act == FAILED
    }
    at = {"hour_at": hour.isoformat()}
    assert found == {
        (contoso.id, False): {**at, "wrong_passwords": 3},
        (None, False): {**at, "wrong_passwords": 1},
        (None, True): {**at, "wrong_passwords": 3, "unknown_addresses": 2},
    }
    with reading(System("test")) as session:
        details = session.scalars(select(AuditDetail)).all()
        kept = "".join(f"{one.actor_name}{one.before}{one.after}" for one in details)
        reasons = session.scalars(select(AuditEntry.reason)).all()
    assert "nowhere" not in kept + "".join(each or "" for each in reasons)


def test_who_gets_in_has_not_failed_and_a_known_devices_failures_are_its_users(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    client.sign_in(ADMIN)
    clock.move(hours=1)
    assert tell_at(clock()) == 0
    client.press("/o/contoso/", "/sign-out")
    fail(client, ADMIN)
    clock.move(hours=1)
    assert tell_at(clock()) == 1
    assert told()[-1][1] == contoso.id


def test_wrong_codes_after_the_password_are_told_too(
    clock: StillClock, contoso: Organisation
) -> None:
    with making(clock()) as work:
        user = make_member(work, contoso, Role.FINANCE, "third@contoso.example")
        for _time in range(2):
            count_failed(work, STEP_FAILURES, user.id)
    clock.move(hours=1)
    assert tell_at(clock()) == 1
    (last,) = told()
    assert (last[2], last[4]["wrong_second_steps"]) == (user.id, 2)


def test_however_often_somebody_tries_the_journal_gets_one_entry_an_hour(
    clock: StillClock, contoso: Organisation
) -> None:
    """And what a limit turned away is in no count of anybody."""
    for _time in range(3 * LIMITS[BY_ACCOUNT]):
        with suppress(TooMany), making(clock()) as work:
            count_sign_in(work, ADMIN, "192.0.2.1")
    clock.move(hours=2)
    assert tell_at(clock()) == 1
    assert told()[-1][4]["wrong_passwords"] == LIMITS[BY_ACCOUNT]


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_door_runs_the_same_statements_whether_or_not_there_is_a_user(
    client: CheckingClient, contoso: Organisation
) -> None:
    fail(client, ADMIN, NOBODY)
    ran = {}
    for address in (ADMIN, NOBODY):
        with statements() as seen:
            fail(client, address)
        ran[address] = list(seen)
    assert ran[ADMIN] == ran[NOBODY]
    assert not any("audit_" in statement for statement in ran[ADMIN])


def test_a_sign_in_that_succeeds_does_write_the_journal(
    client: CheckingClient, contoso: Organisation
) -> None:
    """The control of the one before."""
    with statements() as seen:
        client.send("/sign-in", email=ADMIN, password=PASSWORD)
    assert any("INSERT INTO audit_entry" in statement for statement in seen)
