"""A master key is used on one machine or dropped on another, never both."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from tests.integration.keys.test_key_commands import key_file
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_sealed import make_sealed
from vlms.core.attempts import OpenWork
from vlms.core.db import reading
from vlms.core.installation import WrongKeys, is_dropped, open_keys
from vlms.core.keys import KeyRing, change_keys, load_keys
from vlms.core.masters import use_key_source
from vlms.core.scope import System
from vlms.keys.errors import KeyActRefused, SealingKeyUnreadable
from vlms.keys.queries import GRACE
from vlms.keys.service.key_file import add_master, drop_master, use_master
from vlms.keys.service.master_keys import with_master_in_use, without_master
from vlms.keys.service.resealing import Pace, reseal
from vlms.keys.service.sealing_keys import SealingKeys

__all__ = ["key_file"]
ROUNDS = 4
Act = Callable[[], object]


@pytest.fixture
def other(key_file: Path, tmp_path: Path) -> Path:
    """The key file of another machine, which shares the database."""
    return tmp_path / "other-keys.json"


def announce(key_file: Path, other: Path, opened: OpenWork) -> str:
    """A key that both machines know, and neither uses yet."""
    coming = add_master(key_file, opened, "yearly").coming
    shutil.copy2(key_file, other)
    return coming


def at_once(app: Flask, *acts: Act) -> list[bool]:
    """Whether each was done, and not refused."""
    start = Barrier(len(acts))

    def run(act: Act) -> bool:
        with app.app_context():
            start.wait(10)
            try:
                act()
            except KeyActRefused:
                return False
            return True

    with ThreadPoolExecutor(len(acts)) as several:
        return list(several.map(run, acts))


def test_of_using_and_dropping_a_new_key_one_alone_comes_about(
    app: Flask, clock: StillClock, key_file: Path, other: Path
) -> None:
    opened = partial(making, clock())
    for _round in range(ROUNDS):
        coming = announce(key_file, other, opened)
        used, dropped = at_once(
            app,
            partial(use_master, other, opened, coming, "yearly"),
            partial(drop_master, key_file, opened, coming, "not wanted"),
        )
        assert used is not dropped
        assert (load_keys(other).master_id == coming, coming in load_keys(key_file).former) == (
            used,
            used,
        )
        if used:
            with pytest.raises(KeyActRefused, match="in use elsewhere"):
                drop_master(key_file, opened, coming, "again")
            use_master(key_file, opened, coming, "yearly")
        with reading(System("test")) as session:
            assert is_dropped(session, coming) is dropped


def test_without_saying_so_first_both_would_come_about(
    app: Flask, clock: StillClock, key_file: Path, other: Path
) -> None:
    """The control: each looks at its own key file alone."""
    coming = announce(key_file, other, partial(making, clock()))
    ring = change_keys(other, lambda ring: with_master_in_use(ring, coming))
    left: KeyRing = change_keys(key_file, lambda ring: without_master(ring, coming))
    assert ring.master_id == coming
    assert coming not in {left.master_id, *left.former}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_machine_that_was_forgotten_seals_nothing_by_a_key_that_was_dropped(
    app: Flask, clock: StillClock, key_file: Path, other: Path
) -> None:
    opened = partial(making, clock())
    coming = announce(key_file, other, opened)
    old = load_keys(other)
    use_master(key_file, opened, coming, "yearly")
    make_sealed(clock(), "contoso", 1)
    reseal(opened, Pace(most_pieces=0))
    later = clock() + GRACE
    assert old.master_id != coming
    use_key_source(lambda: load_keys(other))
    reseal(opened, Pace(most_pieces=0))
    with pytest.raises(KeyActRefused, match=r"still needed by: data_key\.wrapped"):
        drop_master(key_file, partial(making, later), old.master_id, "yearly")
    use_key_source(lambda: load_keys(key_file))
    reseal(opened, Pace(most_pieces=0))
    drop_master(key_file, partial(making, later), old.master_id, "yearly")
    use_key_source(lambda: load_keys(other))
    with making(later) as work, pytest.raises(SealingKeyUnreadable):
        SealingKeys(work.session, old, later).make(None)
    reseal(partial(making, later), Pace(most_pieces=0))
    with pytest.raises(WrongKeys, match="was dropped"):
        open_keys(other)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_drop_that_was_killed_before_its_file_goes_on(
    app: Flask, clock: StillClock, key_file: Path, other: Path
) -> None:
    opened = partial(making, clock())
    coming = announce(key_file, other, opened)
    before = key_file.read_bytes()
    drop_master(key_file, opened, coming, "not wanted")
    after = key_file.read_bytes()
    key_file.write_bytes(before)
    with pytest.raises(KeyActRefused, match="was dropped on another machine"):
        use_master(key_file, opened, coming, "yearly")
    drop_master(key_file, opened, coming, "not wanted")
    assert key_file.read_bytes() == after
