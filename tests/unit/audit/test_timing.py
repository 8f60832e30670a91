"""No entry behind a signed head is older than it; clocks may differ a little, or be put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.audit.test_written_down import ENTRY, ORGANISATION
from vlms.audit.rules.chain import START, link_digest
from vlms.audit.rules.holding import Link, Wrong, check_chain
from vlms.audit.rules.timing import TOLERANCE, Floors, Head

NOON = ENTRY.at
HOUR = timedelta(hours=1)


def links_at(*hours: float) -> list[Link]:
    """A whole chain whose entries say that they are so many hours old."""
    links, digest = [], START
    for position, hour in enumerate(hours, start=1):
        entry = replace(ENTRY, sequence=100 + position, at=NOON + hour * HOUR)
        previous, digest = digest, link_digest(digest, ORGANISATION, position, entry)
        links.append(Link(position, entry.sequence, previous, digest, entry, entry.detail_digest))
    return links


def heads_at(links: Sequence[Link], *signed: tuple[int, float]) -> list[Head]:
    return [Head(at, links[at - 1].digest, NOON + hour * HOUR) for at, hour in signed]


def backdated(links: list[Link], heads: list[Head], *signings: datetime) -> int | None:
    found = check_chain(ORGANISATION, links, heads, signings=signings)
    assert found.fault is None
    if found.backdated is None:
        return None
    assert found.backdated.wrong is Wrong.BACKDATED
    return found.backdated.position


@pytest.mark.parametrize(
    ("hours", "signed", "expected"),
    [
        ((0, 1, 2), (), None),
        ((0, 1, 2), ((2, 1.5),), None),
        ((0, 1, 1.4), ((2, 1.5),), None),
        ((0, 1, 1.3), ((2, 1.5),), 3),
        ((0, 1, 2, -9, 3), ((2, 1.5), (3, 2.5)), 4),
        ((0, 1, -9, 3), ((2, 1.5), (4, 3.5)), 3),
        ((0, 1, -9, -9), ((2, 1.5),), 3),
        # Not behind a head: nobody can tell.
        ((0, -9, 1), ((3, 1.5),), None),
        # The clock was five hours ahead and was put right; the next head tells so.
        ((0, 5, 1), ((2, 5.5), (3, 1.5)), None),
        ((0, 5, 1), ((2, 5.5),), 3),
        ((0, 5, 1, -9, 2), ((1, 0.5), (2, 5.5), (3, 1.5), (5, 2.5)), 4),
    ],
)
def test_an_entry_behind_a_head_is_not_older_than_it(
    hours: tuple[float, ...], signed: tuple[tuple[int, float], ...], expected: int | None
) -> None:
    links = links_at(*hours)
    heads = heads_at(links, *signed)
    assert backdated(links, heads) == expected
    assert backdated(links, [Head(each.position, each.digest) for each in heads]) is None


def test_another_chains_signing_tells_that_a_quiet_one_reached_no_further() -> None:
    links = links_at(0, 1)
    heads = heads_at(links, (1, 0.5))
    assert backdated(links, heads) is None
    assert backdated(links, heads, NOON + 3 * HOUR) == 2
    later = [*heads, *heads_at(links, (2, 4))]
    assert backdated(links, later, NOON + 3 * HOUR) == 2
    assert backdated(links, later, NOON + 5 * HOUR) is None


def test_clocks_may_differ_by_the_tolerance_and_no_more() -> None:
    floors = Floors([Head(1, START, NOON)], ())
    assert not floors.is_backdated(2, NOON - TOLERANCE)
    assert floors.is_backdated(2, NOON - TOLERANCE - timedelta(microseconds=1))
    assert not floors.is_backdated(1, NOON - 9 * HOUR)


def test_a_worse_fault_behind_a_backdated_row_is_told_beside_it() -> None:
    links = links_at(0, 1, -9, 3)
    found = check_chain(ORGANISATION, links[:3], heads_at(links, (2, 1.5), (4, 3.5)))
    assert found.backdated is not None
    assert found.fault is not None
    assert (found.backdated.position, found.fault.wrong) == (3, Wrong.TRUNCATED)
