"""Why a code does not work, for each way it can stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vlms.codes.rules.check_symbols import WORD_COUNT
from vlms.codes.rules.code_text import display, make_codes
from vlms.codes.rules.lifecycle import Kind, State
from vlms.codes.rules.request_note import check_note, holds_code
from vlms.codes.rules.trouble import Asked, Standing, Trouble, find_trouble
from vlms.core.errors import BadInput

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD = Standing(
    State.ASSIGNED, Kind.EXAM, NOW + 90 * DAY, NOW - 90 * DAY, families=frozenset({"FUND"})
)
LIBRARY = replace(GOOD, kind=Kind.LIBRARY, families=frozenset())
FITS, OTHER = Asked("AZ-900", "FUND", False), Asked("MO-100", "MOS", False)

TABLE: list[tuple[str, Standing, Asked | None, Trouble | None]] = [
    ("nobody's", replace(GOOD, state=State.AVAILABLE), None, None),
    ("reserved only", replace(GOOD, state=State.RESERVED), None, None),
    ("reserved only, expired", replace(GOOD, state=State.RESERVED, expires_at=NOW), None, None),
    (
        "in the delay",
        replace(GOOD, state=State.RESERVED, assign_due_at=NOW + DAY),
        None,
        Trouble.IN_DELAY,
    ),
    ("good", GOOD, None, Trouble.NONE),
    ("good for the exam", GOOD, FITS, Trouble.NONE),
    ("other exam", GOOD, OTHER, Trouble.OTHER_EXAM),
    ("no such exam", GOOD, Asked("XX-1", None, False), Trouble.EXAM_UNKNOWN),
    ("retired exam", GOOD, replace(FITS, is_retired=True), Trouble.EXAM_RETIRED),
    ("library for an exam", LIBRARY, FITS, Trouble.NO_EXAM),
    ("library", LIBRARY, None, Trouble.NONE),
    ("one region", replace(GOOD, region="Taiwan"), FITS, Trouble.OTHER_REGION),
    ("one region, other exam", replace(GOOD, region="Taiwan"), OTHER, Trouble.OTHER_EXAM),
    ("not yet", replace(GOOD, usable_at=NOW + DAY), FITS, Trouble.NOT_YET),
    ("usable from now", replace(GOOD, usable_at=NOW), FITS, Trouble.NONE),
    ("terms", replace(GOOD, has_terms=False), None, Trouble.NO_TERMS),
    ("expired", replace(GOOD, expires_at=NOW), OTHER, Trouble.EXPIRED),
    ("last moment", replace(GOOD, expires_at=NOW + timedelta(seconds=1)), None, Trouble.NONE),
    (
        "registered",
        replace(GOOD, state=State.REGISTERED, starts_at=NOW + DAY),
        None,
        Trouble.REGISTERED,
    ),
    (
        "registered, begun in time",
        replace(GOOD, state=State.REGISTERED, starts_at=NOW - DAY, expires_at=NOW),
        None,
        Trouble.REGISTERED,
    ),
    ("used", replace(GOOD, state=State.USED, expires_at=NOW), FITS, Trouble.USED),
    ("forfeited", replace(GOOD, state=State.FORFEITED), None, Trouble.FORFEITED),
    ("activated", replace(LIBRARY, state=State.ACTIVATED), None, Trouble.ACTIVATED),
    ("void", replace(GOOD, state=State.VOID), None, Trouble.VOID),
    ("replaced", replace(GOOD, state=State.VOID, is_replaced=True), OTHER, Trouble.REPLACED),
]


@pytest.mark.parametrize(
    ("_name", "standing", "asked", "expected"), TABLE, ids=[t[0] for t in TABLE]
)
def test_each_way_a_code_stands_has_its_answer(
    _name: str, standing: Standing, asked: Asked | None, expected: Trouble | None
) -> None:
    found = find_trouble(standing, NOW, asked)
    assert (found.trouble if found else None) is expected


def test_the_table_has_every_state_and_every_cause() -> None:
    assert {standing.state for _name, standing, _asked, _found in TABLE} == set(State)
    assert {found for *_rest, found in TABLE if found} == set(Trouble)


@pytest.mark.parametrize("state", State)
def test_every_answer_says_the_rule_and_what_to_do(state: State) -> None:
    due = NOW + DAY if state is State.RESERVED else None
    found = find_trouble(replace(GOOD, state=state, assign_due_at=due), NOW)
    if state is State.AVAILABLE:
        assert found is None
        return
    assert found is not None
    assert found.rule[0] in "CO"
    assert str(found.way_out).endswith(".")


CODE = make_codes(bytes(range(26)))[0]


@pytest.mark.parametrize(
    "note",
    [
        f"It is {CODE}!",
        f"my code {display(CODE)} fails",
        f"see {display(CODE).lower()}.",
        f"X{CODE}",
        " ".join(CODE[n : n + 4] for n in range(0, WORD_COUNT, 4)),
    ],
)
def test_a_note_with_a_code_in_it_is_refused(note: str) -> None:
    with pytest.raises(BadInput):
        check_note(note)


@pytest.mark.parametrize(
    "note", ["Not accepted.", "The site of AZ-900 says “voucher invalid 1234-5678”.", CODE[:-1]]
)
def test_words_are_no_code(note: str) -> None:
    check_note(note)
    assert not holds_code(note)


@pytest.mark.parametrize("note", ["", "  \n"])
def test_an_empty_note_is_refused(note: Any) -> None:
    with pytest.raises(BadInput):
        check_note(note)


def test_no_plain_sentence_is_taken_for_a_code() -> None:
    """Of 28 letters in a row one window in a thousand passes the check symbols."""
    words = "the answer that i got from their site said this exam is not open for my region".split()
    notes = [" ".join(words[n:] + words[:n]) for n in range(len(words))]
    notes += [" ".join([*note.split(), "az-900", *note.split()[::-1]]) for note in notes]
    for step in range(1, 12):
        notes.append(" ".join(words[(n * step) % len(words)] for n in range(120)))
    assert [note for note in notes if holds_code(note)] == []


@pytest.mark.parametrize("before", ["", "My code is ", "AZ-900 and ", "(", "2026-11-21 "])
@pytest.mark.parametrize("after", ["", " does not work", ".", ")", " for AZ-900"])
def test_a_code_is_found_in_its_note_however_it_is_grouped(before: str, after: str) -> None:
    code = "0123456789ABCDEFGHJKMNPQRSWX"
    for size in (4, 7, 28):
        for between in ("-", " ", "\u2013", "\u2212", "\n"):
            parts = between.join(code[n : n + size] for n in range(0, len(code), size))
            assert holds_code(f"{before}{parts}{after}"), (size, between)


@pytest.mark.parametrize(
    "note",
    ["KX7TQ-9PLMZ-44A", "it is kx7tq 9plmz 44a!", "code:KX7TQ9PLMZ44A", "\uff2bX7TQ9PLMZ44A."],
)
def test_a_providers_code_is_kept_out_of_the_note_about_it(note: str) -> None:
    check_note(note)
    with pytest.raises(BadInput):
        check_note(note, own="KX7TQ9PLMZ44A")
    check_note("KX7TQ is how it begins", own="KX7TQ9PLMZ44A")
