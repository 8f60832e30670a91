"""R3, R4: holders state their own results, marked so; nobody states another's."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_certifications import make_certification, make_held
from vlms.catalog.models import CertificationKind
from vlms.certifications.models import AttemptSource, HeldCertification
from vlms.certifications.queries.transcripts import list_attempts, list_held
from vlms.certifications.service.renewing import record_attempt, state_attempt
from vlms.core.errors import Forbidden
from vlms.core.permissions import Role
from vlms.core.scope import Holder
from vlms.core.work import Actor, Work, working

AT = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def scene(app: Flask, clock: StillClock) -> None:
    clock.set(AT)
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        made = make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        for name in ("lin", "bo"):
            user = make_user(work, f"{name}@contoso.example")
            person = make_person(work, place, name, user.email, user)
            make_held(work, person, made, date(2025, 7, 5))


def own(clock: StillClock, name: str) -> AbstractContextManager[Work]:
    with making(clock()) as work:
        held = {one.person.name: one for one in work.session.query(HeldCertification)}
        person = held[name].person
        assert person.user_id is not None
        actor = Actor(name, person.user_id, roles=frozenset({Role.LEARNER}))
        return working(actor, Holder(person.user_id, frozenset({person.id})), clock())


def only(work: Work) -> HeldCertification:
    return work.session.query(HeldCertification).one()


def test_a_holder_s_statement_counts_and_is_marked_as_such_r3(clock: StillClock) -> None:
    with own(clock, "lin") as work:
        held = only(work)
        assert state_attempt(work, held, AT, has_passed=False).expires_on == date(2026, 7, 5)
    clock.set(AT + timedelta(minutes=1))
    with own(clock, "lin") as work:
        held = state_attempt(work, only(work), clock(), has_passed=True)
        assert held.expires_on == date(2027, 7, 5)
        said = {one.source for one in list_attempts(work.session, held.id)}
        assert said == {AttemptSource.HOLDER}


def test_nobody_states_the_result_of_another_r4(clock: StillClock) -> None:
    with making(clock()) as work:
        held = {one.person.name: one for one in work.session.query(HeldCertification)}
        with pytest.raises(Forbidden):
            state_attempt(work, held["lin"], AT, has_passed=True)
    with own(clock, "bo") as work:
        mine = [one.person.name for one in work.session.query(HeldCertification)]
        assert mine == ["bo"]
        with pytest.raises(Forbidden):
            record_attempt(work, only(work), AT, has_passed=True)
    with making(clock()) as work:
        persons = [one.person_id for one in work.session.query(HeldCertification)]
        assert {one.expires_on for one in list_held(work.session, persons)} == {date(2026, 7, 5)}
