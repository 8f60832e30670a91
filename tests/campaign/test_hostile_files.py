"""Every hostile file to every door that takes files."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.hostile_files import corpus
from tests.support.posting_hostile import faults_at, temporary_folder
from tests.web.test_hostile_files import doors_of

# What the largest file that is sent may cost the web process itself, beside what it had.
MOST_GROWTH_KIB = 200 * 1024
PARTS = 5


@pytest.mark.campaign
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("part", range(PARTS))
def test_each_door_refuses_each_hostile_file_and_writes_nothing(
    app: Flask, clock: StillClock, tmp_path: Path, part: int
) -> None:
    doors, files = doors_of(app, clock, slice(part, None, PARTS)), corpus()
    before, begun = _peak(resource.RUSAGE_SELF), time.monotonic()
    with temporary_folder(tmp_path) as left:
        there = left()
        wrong = [fault for door in doors.values() for fault in faults_at(door, files.items())]
        remains = left()
    took, growth = time.monotonic() - begun, _peak(resource.RUSAGE_SELF) - before
    print(f"{len(files)} files at {sorted(doors)} in {took:.0f} s, {len(wrong)} wrong")
    print(f"web process +{growth >> 10} MiB, largest child {_peak(resource.RUSAGE_CHILDREN) >> 10}")
    assert wrong == []
    assert remains == there
    assert growth < MOST_GROWTH_KIB


def _peak(who: int) -> int:
    """The most memory that was resident, in KiB."""
    return resource.getrusage(who).ru_maxrss
