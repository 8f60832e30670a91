"""The checklist of certification and learning profile, line by line (R5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vlms.partners.rules.profiles import AccountKind, ProfileFacts, checklist

WHOLE = ProfileFacts(
    profile_count=1,
    kind=AccountKind.PERSONAL,
    account="lin@home.example",
    learning_kind=AccountKind.WORK,
    learning_account="lin@home.example",
    is_learning_linked=True,
)


def unmet(facts: ProfileFacts) -> set[str]:
    return {line.name for line in checklist(facts) if not line.is_met}


def test_all_holds_also_with_a_learning_profile_of_a_work_account() -> None:
    assert unmet(WHOLE) == set()
    assert unmet(replace(WHOLE, learning_kind=AccountKind.PERSONAL)) == set()


@pytest.mark.parametrize(
    ("facts", "lines"),
    [
        (
            ProfileFacts(0, None, None, None, None, False),
            {"proved", "personal", "learning", "same_account", "one_to_one"},
        ),
        (replace(WHOLE, profile_count=2), {"merged", "one_to_one"}),
        (replace(WHOLE, kind=AccountKind.WORK), {"personal"}),
        (
            replace(WHOLE, learning_kind=None, learning_account=None, is_learning_linked=False),
            {"learning", "same_account", "one_to_one"},
        ),
        (replace(WHOLE, learning_account="lin@work.example"), {"same_account", "one_to_one"}),
        (replace(WHOLE, is_learning_linked=False), {"one_to_one"}),
    ],
)
def test_each_line_is_crossed_by_what_is_missing(facts: ProfileFacts, lines: set[str]) -> None:
    assert unmet(facts) == lines


def test_each_line_says_the_way_out() -> None:
    assert all(str(line.way_out) for line in checklist(WHOLE))
