"""One code is shown to an admin: only while it is nobody's, with a reason, not too often (C8)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_disclosures import (
    ANN,
    AUD,
    Kept,
    as_admin,
    count_told,
    give_away,
    make_kept,
)
from tests.support.racing import race, winners
from vlms.accounts.models import Person
from vlms.audit.models import AuditEntry
from vlms.codes.rules.code_text import display
from vlms.codes.service.reserving import reserve_this
from vlms.core.errors import BadInput, Forbidden, NotFound, TooMany
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.rules.limits import REVEALS_AN_HOUR
from vlms.disclosures.service.showing import show_one

TOLD = "code.disclosed"


def shown(clock: StillClock, kept: Kept, code_id: UUID, by: str = ANN, why: str = "lab") -> str:
    with making(clock(), *as_admin(kept.users[by], kept.organisation_id)) as work:
        _code, text = show_one(work, code_id, why)
    return display(text)


def test_a_free_code_is_shown_and_told_once(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    assert shown(clock, kept, kept.free[0], why=" exam room 3 ") == kept.texts[0]
    with making(clock()) as work:
        entry = work.session.scalars(select(AuditEntry).where(AuditEntry.action == TOLD)).one()
        assert (entry.record_id, entry.reason) == (kept.free[0], "exam room 3")
        assert (entry.actor_id, entry.organisation_id) == (kept.users[ANN], kept.organisation_id)
        assert entry.detail is not None
        assert kept.texts[0].replace("-", "") not in str(entry.detail.after).replace("-", "")


@pytest.mark.parametrize("why", ["", "  \n"])
def test_without_a_reason_nothing_is_shown(app: Flask, clock: StillClock, why: str) -> None:
    kept = make_kept(clock())
    with pytest.raises(BadInput):
        shown(clock, kept, kept.free[0], why=why)
    assert count_told(clock(), TOLD) == 0


def test_a_code_of_somebody_is_not_shown(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    give_away(clock(), kept.free[0])
    for code_id in (kept.free[0], kept.assigned):
        with pytest.raises(DisclosureRefused) as refused:
            shown(clock, kept, code_id)
        assert refused.value.reason == "code_not_free"
        assert refused.value.way_out is not None
    assert count_told(clock(), TOLD) == 0


def test_an_expired_code_is_not_shown(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    with pytest.raises(DisclosureRefused):
        shown(clock, kept, kept.free[0])


def test_neither_auditors_nor_strangers_are_shown_one(app: Flask, clock: StillClock) -> None:
    kept, other = make_kept(clock()), make_kept(clock(), slug="fabrikam")
    with pytest.raises(Forbidden):
        shown(clock, kept, kept.free[0], by=AUD)
    with pytest.raises(NotFound):
        shown(clock, kept, other.free[0])
    assert count_told(clock(), TOLD) == 0


def test_an_admin_is_shown_sixty_an_hour(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    for _turn in range(REVEALS_AN_HOUR):
        shown(clock, kept, kept.free[0])
    clock.move(minutes=20)
    with pytest.raises(TooMany) as refused:
        shown(clock, kept, kept.free[1])
    assert refused.value.facts == {"retry_after": 40 * 60}
    assert count_told(clock(), TOLD) == REVEALS_AN_HOUR
    clock.move(minutes=40)
    assert shown(clock, kept, kept.free[1]) == kept.texts[1]


def test_many_at_once_get_no_more_than_the_hour_allows(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    for _turn in range(REVEALS_AN_HOUR - 2):
        shown(clock, kept, kept.free[0])
    tried = race(app, [lambda: shown(clock, kept, kept.free[1])] * 6)
    assert len(winners(tried)) == 2
    assert count_told(clock(), TOLD) == REVEALS_AN_HOUR


def test_shown_and_reserved_at_once_it_was_still_nobodys_when_it_was_shown(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock(), 4)
    with making(clock()) as work:
        person = select(Person.id).where(Person.organisation_id == kept.organisation_id)
        person_id = work.session.scalars(person).first()
    assert person_id is not None

    def reserve(code_id: UUID) -> None:
        with making(clock()) as work:
            reserve_this(work, code_id, person_id, confirmed=True)

    for code_id in kept.free:
        race(app, [partial(shown, clock, kept, code_id), partial(reserve, code_id)])
        told = entries_of(clock, code_id)
        assert told in (["code.reserve"], [TOLD, "code.reserve"])


def entries_of(clock: StillClock, code_id: UUID) -> list[str]:
    """What was told of a code since it was made, in the journal's order."""
    acts = (TOLD, "code.reserve")
    with making(clock()) as work:
        told = select(AuditEntry.action).where(
            AuditEntry.record_id == code_id, AuditEntry.action.in_(acts)
        )
        return list(work.session.scalars(told.order_by(AuditEntry.sequence)))
