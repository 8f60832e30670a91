"""The mail about a code names its last minute in the person's own zone, where that differs."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.holding import make_held
from tests.support.making import making
from vlms.accounts.models import User
from vlms.codes.models import Code
from vlms.codes.service.telling import tell_person
from vlms.notices.rendering import write_letter


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Asia/Taipei", []),
        ("Europe/Paris", ["In your time: until 31 Dec 2026 16:59 (Paris time)"]),
    ],
)
def test_the_last_minute_stands_in_the_readers_zone(
    app: Flask, clock: StillClock, zone: str, told: list[str]
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        code = work.session.get_one(Code, held.code_id)
        assert code.person is not None
        work.session.get_one(User, code.person.user_id).time_zone = zone
        message = tell_person(work, code, code.person, "again")
        assert message is not None
        text = write_letter(message, "").text
    assert "Last day of use: 31 Dec 2026 (until its end, Taipei time)" in text
    assert [line for line in text.splitlines() if "In your time" in line] == told
