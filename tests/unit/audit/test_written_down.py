"""An entry is written down in one way, for ever: auditors reckon it again by themselves."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from vlms.audit.erasing import ERASED, ranges, told_erased
from vlms.audit.rules.chain import NOBODYS, START, Entry, chain_of, link_digest, written_down
from vlms.audit.rules.holding import Link, Wrong, check_chain
from vlms.audit.rules.timing import Head

ORGANISATION = UUID("0190b8f0-0000-7000-8000-000000000001")
ENTRY = Entry(
    12,
    ORGANISATION,
    None,
    "code.assign",
    "code",
    UUID("0190b8f0-0000-7000-8000-000000000002"),
    datetime(2026, 11, 22, 8, 0, tzinfo=timezone(timedelta(hours=8))),
    "退還 “x”",
    bytes(range(32)),
)
LINE = (
    '["vlms-journal-1","0190b8f0-0000-7000-8000-000000000001",7,12,'
    '"0190b8f0-0000-7000-8000-000000000001",null,"code.assign","code",'
    '"0190b8f0-0000-7000-8000-000000000002","2026-11-22T00:00:00.000000Z",'
    '"\\u9000\\u9084 \\u201cx\\u201d",'
    '"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"]'
)


def test_the_line_and_its_digest_are_as_documented() -> None:
    assert written_down(ORGANISATION, 7, ENTRY) == LINE
    digest = hashlib.sha256(START + LINE.encode()).digest()
    assert link_digest(START, ORGANISATION, 7, ENTRY) == digest


def test_one_moment_in_two_zones_is_one_line() -> None:
    utc = replace(ENTRY, at=ENTRY.at.astimezone(UTC))
    assert written_down(ORGANISATION, 7, utc) == LINE


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 13},
        {"organisation_id": None},
        {"actor_id": ORGANISATION},
        {"action": "code.assigned"},
        {"record_kind": "codes"},
        {"record_id": ORGANISATION},
        {"at": ENTRY.at + timedelta(microseconds=1)},
        {"reason": None},
        {"reason": ""},
        {"detail_digest": bytes(32)},
    ],
)
def test_every_column_counts(change: dict[str, object]) -> None:
    other = replace(ENTRY, **change)  # type: ignore[arg-type]
    digests = {link_digest(START, ORGANISATION, 7, each) for each in (ENTRY, other)}
    assert len(digests) == 2


def chain(count: int) -> list[Link]:
    links, digest = [], START
    for position in range(1, count + 1):
        entry = replace(ENTRY, sequence=100 + position)
        previous, digest = digest, link_digest(digest, ORGANISATION, position, entry)
        links.append(Link(position, entry.sequence, previous, digest, entry, entry.detail_digest))
    return links


def test_a_whole_chain_holds_and_a_part_of_it_from_the_place_before() -> None:
    links = chain(5)
    assert check_chain(ORGANISATION, links, [Head(5, links[-1].digest)]).fault is None
    start = Head(2, links[1].digest)
    assert check_chain(ORGANISATION, links[2:], starting=start).fault is None
    part = check_chain(ORGANISATION, links[2:]).fault
    assert part is not None
    assert (part.wrong, part.position) == (Wrong.MISSING, 1)


def test_a_head_noted_elsewhere_tells_a_cut_and_a_chain_written_anew() -> None:
    links = chain(5)
    cut = check_chain(ORGANISATION, links[:3], [Head(5, links[4].digest)]).fault
    anew = check_chain(ORGANISATION, links, [Head(4, bytes(32))]).fault
    assert cut is not None
    assert anew is not None
    assert (cut.wrong, cut.position) == (Wrong.TRUNCATED, 4)
    assert (anew.wrong, anew.position) == (Wrong.REWRITTEN, 4)


def test_entries_of_no_organisation_have_a_chain_of_their_own() -> None:
    assert (chain_of(None), chain_of(ORGANISATION)) == (NOBODYS, ORGANISATION)


def test_erased_entries_are_told_as_ranges_and_read_back() -> None:
    wanted = [1, 2, 3, 7, 9, 10, *range(1000, 3000, 2)]
    reasons = list(ranges(wanted))
    assert all(len(reason) <= 1000 for reason in reasons)
    told = [told_erased(replace(ENTRY, action=ERASED, reason=reason)) for reason in reasons]
    assert sorted(sequence for some in told for sequence in some) == wanted
    assert told_erased(replace(ENTRY, reason="1-3")) == ()
