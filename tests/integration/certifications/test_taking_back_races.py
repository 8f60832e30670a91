"""What two take back at once goes once, and the journal tells of it once (R1, R3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_certifications import make_certification, make_held
from tests.support.racing import race, winners
from vlms.audit.models import AuditEntry
from vlms.audit.service import journal
from vlms.catalog.models import CertificationKind
from vlms.certifications.models import ExamPass, HeldCertification, PassSource, RenewalAttempt
from vlms.certifications.service.deriving import hold_transcript, reread
from vlms.certifications.service.earning import enter_pass
from vlms.certifications.service.renewing import record_attempt
from vlms.certifications.service.taking_back import (
    take_back_attempt,
    take_back_held,
    take_back_pass,
)
from vlms.core.db import reading
from vlms.core.errors import Conflict, DomainError, NotFound
from vlms.core.scope import System
from vlms.core.text import _

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEEN = System("test")
WHY = "at once"
KINDS: dict[str, tuple[Any, Any]] = {
    "pass": (ExamPass, take_back_pass),
    "held": (HeldCertification, take_back_held),
    "attempt": (RenewalAttempt, take_back_attempt),
}
Meet = Callable[[], object]


@pytest.fixture
def keys(app: Flask, clock: StillClock) -> dict[str, UUID]:
    """An entered pass that earns nothing, and an entered certification with its renewal."""
    clock.set(NOW)
    with making(NOW) as work:
        person = make_person(work, make_organisation(work, "contoso"), "Lin", "lin@contoso.example")
        made = make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        make_certification(work, "architect", CertificationKind.EXPERT, "AZ-305", "AZ-306")
        found = enter_pass(work, person, "AZ-305", date(2025, 7, 5), PassSource.ENTRY)
        held = make_held(work, person, made, date(2025, 7, 5))
        record_attempt(work, held, NOW, has_passed=True)
        (attempt,) = work.session.query(RenewalAttempt)
        return {"pass": found.id, "held": held.id, "attempt": attempt.id}


def taking(kind: str, key: UUID, meet: Meet) -> Callable[[], object]:
    model, act = KINDS[kind]

    def take() -> object:
        with making(NOW) as work:
            found = work.session.scalar(select(model).where(model.id == key))
            if found is None:
                raise NotFound(None, _("Gone."))
            meet()
            act(work, found, WHY)
        return True

    return take


def told(key: UUID) -> int:
    """How many lines of the journal tell that it was taken back."""
    with reading(SEEN) as session:
        own = select(AuditEntry).where(AuditEntry.record_id == key, AuditEntry.reason == WHY)
        return len(session.scalars(own).all())


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_many_take_back_at_once_goes_once(
    app: Flask, keys: dict[str, UUID], kind: str
) -> None:
    results = race(app, [taking(kind, keys[kind], lambda: None)] * 4)
    assert len(winners(results)) == told(keys[kind]) == 1
    assert {type(one) for one in results if isinstance(one, DomainError)} <= {Conflict, NotFound}


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kind", list(KINDS))
def test_who_has_read_it_before_it_went_is_told_so(
    app: Flask, keys: dict[str, UUID], kind: str
) -> None:
    """Both have read it when the first begins; only there may two transactions be open at once."""
    meeting = threading.Barrier(2, timeout=30)
    results = race(app, [taking(kind, keys[kind], meeting.wait)] * 2)
    (lost,) = [one for one in results if isinstance(one, DomainError)]
    assert (type(lost), lost.reason) == (Conflict, "taken_back_already")
    assert told(keys[kind]) == 1


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_who_renews_what_was_just_taken_back_is_told_so(app: Flask, keys: dict[str, UUID]) -> None:
    with making(NOW) as late:
        held = late.session.get_one(HeldCertification, keys["held"])
        with making(NOW) as work:
            take_back_held(work, work.session.get_one(HeldCertification, keys["held"]), WHY)
        with pytest.raises(Conflict, match="taken it back"):
            record_attempt(late, held, NOW, has_passed=True)


@pytest.mark.parametrize(("is_guarded", "believers"), [(True, 1), (False, 2)])
def test_a_twin_that_does_not_read_again_tells_of_it_twice(
    app: Flask, keys: dict[str, UUID], is_guarded: bool, believers: int
) -> None:
    meeting = threading.Barrier(2, timeout=30)
    key = keys["pass"]

    def take() -> bool:
        with reading(SEEN) as session:
            found = session.get_one(ExamPass, key)
            person_id, place = found.person_id, found.organisation_id
        meeting.wait()
        with making(NOW) as work:
            hold_transcript(work, person_id)
            if is_guarded:
                work.session.delete(reread(work, found))
                work.flush()
            journal(work, "exam_pass.withdrawn", ("exam_pass", key, place), reason=WHY)
        return True

    assert race(app, [take, take]).count(True) == told(key) == believers
