"""The month's digest, and warnings before a last day (F8, F10)."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making_reminders import (
    ADMIN,
    change_code,
    go_days,
    go_round,
    keys,
    mails,
    make_held,
)
from vlms.codes.rules.lifecycle import State
from vlms.giving.queries.end_warnings import list_standing
from vlms.giving.service.reminder_plans import acknowledge


def test_the_digest_leaves_on_the_first_of_the_month_once(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), people=2)
    change_code(clock(), held.code_ids[0], state=State.AVAILABLE, person_id=None)
    clock.set(datetime(2026, 3, 31, 9, tzinfo=UTC))
    go_round(clock())
    assert keys(clock(), "reminder_digest") == []
    # In Taipei the 1st has come.
    clock.set(datetime(2026, 4, 1, 1, tzinfo=UTC))
    go_round(clock())
    go_days(clock, 20)
    (message,) = mails(clock(), "reminder_digest")
    assert message.to_address == ADMIN
    assert (message.facts["unassigned_count"], message.facts["unused_count"]) == (1, 1)
    assert message.facts["unassigned_path"] == "/o/contoso/reminders/?only=unassigned"


def test_a_digest_of_nothing_is_not_written(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    change_code(clock(), held.code_ids[0], state=State.USED)
    clock.set(datetime(2026, 4, 1, 9, tzinfo=UTC))
    go_round(clock())
    assert keys(clock(), "reminder_digest") == []


def test_admins_are_warned_on_each_step_and_louder(app: Flask, clock: StillClock) -> None:
    make_held(clock())
    clock.set(datetime(2026, 8, 25, 9, tzinfo=UTC))
    go_days(clock, 130)
    found = mails(clock(), "end_warning")
    assert [message.facts["days_left"] for message in found] == [120, 90, 60, 30, 10, 1]
    assert [message.facts["strength"] for message in found] == [1, 1, 2, 2, 3, 3]


def test_after_a_stop_admins_are_warned_of_the_latest_step_alone(
    app: Flask, clock: StillClock
) -> None:
    make_held(clock())
    clock.set(datetime(2026, 12, 20, 9, tzinfo=UTC))
    go_round(clock())
    found = mails(clock(), "end_warning")
    assert [message.facts["days_left"] for message in found] == [11]
    assert found[0].once_key.split(":")[3] == "30"


def test_the_last_warnings_stay_until_acknowledged_or_nothing_is_left(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())

    def standing() -> list[int]:
        with held.administering(clock()) as work:
            found = list_standing(work.session, held.organisation_id, clock())
            return [one.days_left for one in found]

    clock.set(datetime(2026, 12, 20, 9, tzinfo=UTC))
    go_round(clock())
    assert standing() == []
    go_days(clock, 3)
    assert standing() == [8]
    change_code(clock(), held.code_ids[0], state=State.USED)
    assert standing() == []
    change_code(clock(), held.code_ids[0], state=State.ASSIGNED)
    with held.administering(clock()) as work:
        (one,) = list_standing(work.session, held.organisation_id, clock())
        acknowledge(work, one.warning.id)
    assert standing() == []
    # The next step is another warning.
    clock.set(datetime(2026, 12, 30, 9, tzinfo=UTC))
    go_round(clock())
    assert standing() == [1]
