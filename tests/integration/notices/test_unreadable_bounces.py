"""One report of a bounce that cannot be read holds up no other."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from tests.integration.notices.test_bounces import bounced, id_of, make_folder, make_sent
from tests.support.bounces import report_of
from tests.support.clock import StillClock
from tests.support.making import making
from vlms.core.work import Work
from vlms.notices.bouncing import Looked, look_for_bounces


def test_a_report_that_cannot_be_read_or_put_aside_holds_up_no_other(
    app: Flask, clock: StillClock, tmp_path: Path
) -> None:
    stuck, refused, gone = make_sent(clock), make_sent(clock), make_sent(clock)
    folder = make_folder(tmp_path / "box", *(report_of(id_of(m)) for m in (stuck, refused, gone)))
    (folder / "cur" / "0.host:2,S" / "x").mkdir(parents=True)
    (folder / "new" / "00").mkdir()
    begun = 0

    def opening() -> AbstractContextManager[Work]:
        nonlocal begun
        begun += 1
        if begun == 2:
            raise RuntimeError("no report says this")
        return making(clock())

    with capture_logs() as logs:
        assert look_for_bounces(folder, opening) == Looked(1, 2, 2)
    assert [bounced(clock, each) is not None for each in (stuck, refused, gone)] == [
        True,
        False,
        True,
    ]
    assert [(each["file"], each["error"]) for each in logs] == [
        ("0.host", "IsADirectoryError"),
        ("1.host", "RuntimeError"),
    ]
    assert "550" not in repr(logs)
    # The one that is stuck says nothing new; what failed has its turn again.
    with capture_logs():
        assert look_for_bounces(folder, lambda: making(clock())) == Looked(1, 1, 1)
    assert bounced(clock, refused) is not None


def test_a_run_ends_where_the_database_is_away(
    app: Flask, clock: StillClock, tmp_path: Path
) -> None:
    folder = make_folder(tmp_path / "box", report_of(id_of(make_sent(clock))))

    def opening() -> AbstractContextManager[Work]:
        raise OperationalError("BEGIN", {}, Exception("away"))

    with pytest.raises(OperationalError):
        look_for_bounces(folder, opening)
    assert look_for_bounces(folder, lambda: making(clock())) == Looked(1, 1)
