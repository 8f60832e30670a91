"""What is said when a draw or a quota is refused: always the numbers (A2, A3)."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.academy.rules.quota import (
    Share,
    done_before,
    more_than_free,
    more_than_left,
    outside_pack,
    outside_term,
    over_the_rest,
)
from vlms.core.errors import DomainError

OTHERS = (Share("School of Management", 100, 25), Share("nobody", 7, 7))
DAY = date(2026, 7, 1)
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


def test_a_draw_over_the_rest_names_asked_free_and_who_holds_the_rest() -> None:
    refusal = over_the_rest(40, 12, OTHERS)
    told = str(refusal)
    for words in ("40", "12", "School of Management (holds 100, 25 of them free)", "A2"):
        assert words in told
    assert refusal.facts["others"][0] == {
        "holder": "School of Management",
        "count": 100,
        "free": 25,
    }
    assert over_the_rest(1, 0, (), "A3").rule == "A3"
    assert "Nobody holds another part" in str(over_the_rest(1, 0, ()))


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (more_than_free(26, 25, "School of Law"), ("26", "25", "School of Law")),
        (more_than_left(101, 100, OTHERS), ("101", "100", "School of Management")),
        (outside_pack(DAY, FIRST, LAST), ("2026-07-01", "2026-01-01", "2026-06-30")),
        (outside_term(DAY, "Spring", FIRST, LAST), ("2026-07-01", "Spring", "2026-06-30")),
        (done_before(), ("nothing was counted twice",)),
    ],
)
def test_every_refusal_names_its_numbers_and_its_rule(
    refusal: DomainError, words: tuple[str, ...]
) -> None:
    told = str(refusal)
    for word in (*words, "A2"):
        assert word in told
    assert refusal.way_out is not None
