"""K3: what one person must have passed, as a formula."""

from __future__ import annotations

from itertools import combinations

import pytest

from vlms.core.errors import BadInput
from vlms.partners.competency_words import needs_words
from vlms.partners.rules.requirement import MOST_CHARACTERS, read_requirement

NAMES = ("MB-200", "PL-200", "MB-210", "MB-220", "MB-230", "MB-240")
EXAMPLE = "(MB-200 or PL-200) and one of MB-210, 220, 230, 240"


def test_the_example_of_the_programme_is_met_by_whom_it_means() -> None:
    needs = read_requirement(EXAMPLE)
    assert needs.names() == set(NAMES)
    for size in range(len(NAMES) + 1):
        for passed in map(frozenset, combinations(NAMES, size)):
            meant = bool(passed & {"MB-200", "PL-200"}) and bool(passed & set(NAMES[2:]))
            assert needs.is_met(passed) is meant, passed


@pytest.mark.parametrize(
    ("typed", "passed", "is_met"),
    [
        ("az-104", "AZ-104", True),
        ("AZ-104", "AZ-1040", False),
        ("A or B", "B", True),
        ("A and B", "B", False),
        ("A and (B or (C and D))", "A C D", True),
        ("A and (B or (C and D))", "A C", False),
        ("2 of A, B, C", "A C", True),
        ("two of A, B, C", "C", False),
        ("one of MS-100, 101, SC-300", "MS-101", True),
        ("one of MS-100, 101, SC-300", "SC-101", False),
        ("((A))", "A", True),
        ("一", "", None),
    ],
)
def test_formulas_mean_what_they_say(typed: str, passed: str, is_met: bool | None) -> None:
    if is_met is None:
        with pytest.raises(BadInput):
            read_requirement(typed)
        return
    assert read_requirement(typed).is_met(frozenset(passed.split())) is is_met


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("", 0),
        ("A and", 5),
        ("A and B or C", 10),
        ("(A or B", 7),
        ("A or B)", 6),
        ("A B", 1),
        ("A & B", 2),
        ("of A", 2),
        ("5 of A, B", 9),
        ("0 of A, B", 9),
        ("one of A, A", 11),
        ("one of A, (B)", 11),
        ("A, B", 1),
        ("200 or A", 3),
        ("(" * 21 + "A" + ")" * 21, 21),
        ("A" * (MOST_CHARACTERS + 1), MOST_CHARACTERS),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(typed: str, place: int) -> None:
    with pytest.raises(BadInput) as refusal:
        read_requirement(typed)
    assert (refusal.value.rule, refusal.value.field) == ("K3", "requirement")
    assert refusal.value.facts["place"] == place
    assert str(place) in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (EXAMPLE, "(MB-200 or PL-200) and (one of MB-210, MB-220, MB-230, MB-240)"),
        ("AZ-104", "AZ-104"),
        ("2 of AZ-104, AZ-305, AZ-400", "2 of AZ-104, AZ-305, AZ-400"),
        ("A and B and C", "A, B and C"),
    ],
)
def test_a_formula_is_written_as_words_k3(typed: str, written: str) -> None:
    assert needs_words(read_requirement(typed)) == written
