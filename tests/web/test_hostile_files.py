"""Hostile files through every door that takes files: refused in a sentence, nothing written.

The doors are found in the application, so that a new one is among them. Which files come to which
door in the short version is told by their places; the campaign brings all to all.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.good_files import good_file
from tests.support.hostile_files import HostileFile, quick
from tests.support.posting_hostile import changed, faults_at, row_counts, temporary_folder
from tests.support.upload_doors import Door, forms_behind, open_doors, upload_forms

EACH = 2
PARTS = 4


def doors_of(app: Flask, clock: StillClock, part: slice = slice(None)) -> dict[str, Door]:
    """These of them, each opened by somebody of the demo who may."""
    clock.set(play_demo(clock).stage.now)
    wanted = set(sorted(forms_behind(app))[part])
    found = open_doors(app, wanted)
    assert set(found) == wanted
    return found


def some_for(place: int, count: int = 1) -> Iterator[tuple[str, HostileFile]]:
    """Files for the door at this place among so many: each small file comes to some door."""
    files = list(quick().items())
    for number in range(EACH):
        yield files[(place + number * count) * 7 % len(files)]


def refused_good(door: Door) -> Iterator[object]:
    """What is wrong with how it answers a file that is as it should be."""
    body, filename = good_file(door)
    before = row_counts()
    answer = door.post(io.BytesIO(body), filename)
    if answer.status_code != 302 or not changed(before, row_counts()):
        yield (door.endpoint, filename, answer.status_code)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("part", range(PARTS))
def test_each_door_refuses_hostile_files_and_takes_a_good_one(
    app: Flask, clock: StillClock, tmp_path: Path, part: int
) -> None:
    doors = doors_of(app, clock, slice(part, None, PARTS))
    wrong: list[object] = []
    with temporary_folder(tmp_path) as left:
        before = left()
        for place, door in enumerate(doors.values()):
            wrong += faults_at(door, some_for(place * PARTS + part, len(doors) * PARTS))
            assert left() == before
            wrong += refused_good(door)
    assert wrong == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_form_with_a_file_has_a_door_that_is_tried(app: Flask) -> None:
    behind = forms_behind(app)
    assert set().union(*behind.values()) == upload_forms()
    assert len(behind) >= 15


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_door_that_takes_everything_is_found_out(app: Flask, clock: StillClock) -> None:
    class Taking:
        text, status_code, location = "", 302, "/rules"

    class Open(Door):
        def post(self, body: Any, filename: str, mimetype: str | None = None) -> Any:
            return Taking()

    client: Any = app.test_client()
    door = Open("people.import_file", "", "/", ("file",), {}, client, "/")
    assert faults_at(door, some_for(0))
