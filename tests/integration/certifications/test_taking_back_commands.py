"""`vlms certifications transcript|take-back…`: what was entered wrongly, by its ID (R1, R3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_certifications import make_certification, make_held
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CertificationKind
from vlms.certifications.cli import certifications
from vlms.certifications.errors import TakingBackRefused
from vlms.certifications.models import HeldCertification, PassSource
from vlms.certifications.queries.transcripts import list_held
from vlms.certifications.service.earning import enter_pass
from vlms.certifications.service.renewing import record_attempt, state_attempt
from vlms.core import clock as core_clock
from vlms.core.errors import DomainError, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.scope import Holder
from vlms.core.work import Actor, working

Run = Callable[..., Result]
LIN = "lin@contoso.example"
WHY = ("--reason", "typed twice")


@pytest.fixture
def run(app: Flask, clock: StillClock) -> Run:
    """Two passes, one of them proved; a certification entered as it is, renewed by its holder."""
    clock.set(core_clock.system_clock())
    day = clock().date() - timedelta(days=300)
    with making(clock()) as work:
        user = make_user(work, LIN)
        person = make_person(work, make_organisation(work, "contoso"), "Lin", LIN, user)
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        make_certification(work, "developer", CertificationKind.ASSOCIATE, "AZ-204")
        entered = make_certification(work, "specialist", CertificationKind.SPECIALTY, "AZ-120")
        enter_pass(work, person, "AZ-104", day, PassSource.IMPORT)
        enter_pass(work, person, "AZ-204", day, PassSource.EXAM)
        make_held(work, person, entered, day)
        person_id, user_id = person.id, user.id
    actor = Actor("Lin", user_id, roles=frozenset({Role.LEARNER}))
    with working(actor, Holder(user_id, frozenset({person_id})), clock()) as work:
        held = next(one for one in list_held(work.session, [person_id]) if not one.is_derived)
        state_attempt(work, held, clock(), has_passed=True)

    def call(*words: str) -> Result:
        return CliRunner().invoke(certifications, words, obj=lambda: app)

    return call


def rows(run: Run) -> dict[tuple[str, str], dict[str, Any]]:
    """What the transcript tells, by what it is and its name."""
    found = run("transcript", "contoso", LIN, "--json")
    assert found.exit_code == 0, found.output
    return {(one["what"], one["name"]): one for one in json.loads(found.output)}


def refusal(run: Run, *words: str) -> DomainError:
    found = run(*words)
    assert isinstance(found.exception, DomainError), found.output
    return found.exception


def test_a_transcript_tells_what_it_is_known_from_and_by_which_id(run: Run) -> None:
    assert {name: one["known_from"] for name, one in rows(run).items()} == {
        ("pass", "AZ-104"): "import",
        ("pass", "AZ-204"): "exam",
        ("certification", "administrator"): "exams",
        ("certification", "developer"): "exams",
        ("certification", "specialist"): "entry",
        ("renewal", "specialist"): "holder",
    }
    assert "AZ-204" in run("transcript", "contoso", LIN).output


def test_each_kind_is_taken_back_with_its_reason_and_once(run: Run, clock: StillClock) -> None:
    before = rows(run)
    steps = [
        ("take-back-renewal", ("renewal", "specialist")),
        ("take-back", ("certification", "specialist")),
        ("take-back-pass", ("pass", "AZ-104")),
    ]
    for command, name in steps:
        found = run(command, before[name]["id"], *WHY)
        assert (found.exit_code, found.output) == (0, "Taken back.\n")
        assert name not in rows(run)
        assert isinstance(refusal(run, command, before[name]["id"], *WHY), NotFound)
    assert set(rows(run)) == {("pass", "AZ-204"), ("certification", "developer")}
    with making(clock()) as work:
        told = work.session.scalars(select(AuditEntry).where(AuditEntry.reason == WHY[1])).all()
        assert {one.action for one in told} == {
            "certification.attempt_withdrawn",
            "certification.withdrawn",
            "exam_pass.withdrawn",
        }


def test_what_is_proved_or_as_its_exams_make_it_stays_r1(run: Run) -> None:
    before = rows(run)
    for command, name, reason in (
        ("take-back-pass", ("pass", "AZ-204"), "proved_by_provider"),
        ("take-back", ("certification", "developer"), "earned_by_exams"),
    ):
        found = refusal(run, command, before[name]["id"], *WHY)
        assert isinstance(found, TakingBackRefused)
        assert (found.rule, found.reason) == ("R1", reason)
    assert rows(run) == before


def test_a_holder_takes_back_an_own_statement_alone_r3(run: Run, clock: StillClock) -> None:
    own = ("--as", LIN)
    stated = rows(run)[("renewal", "specialist")]["id"]
    assert run("take-back-renewal", stated, *WHY, *own).exit_code == 0
    with making(clock()) as work:
        held = work.session.query(HeldCertification).filter_by(is_derived=False).one()
        record_attempt(work, held, clock(), has_passed=True)
    entered = rows(run)[("renewal", "specialist")]["id"]
    assert isinstance(refusal(run, "take-back-renewal", entered, *WHY, *own), Forbidden)
    assert run("take-back-renewal", entered, *WHY).exit_code == 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [(), ("--reason", ""), ("--reason", "x" * 301)])
def test_nothing_is_taken_back_without_a_reason(run: Run, words: tuple[str, ...]) -> None:
    entered = rows(run)[("pass", "AZ-104")]["id"]
    assert run("take-back-pass", entered, *words).exit_code != 0
    assert ("pass", "AZ-104") in rows(run)
