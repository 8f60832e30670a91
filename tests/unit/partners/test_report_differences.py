"""What two months say otherwise, person by person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from vlms.partners.rules.report_differences import DifferenceKind, Entry, differences_of

DAY = date(2026, 1, 5)


def entry(mcid: str, title: str = "AZ-104", **columns: object) -> Entry:
    made = Entry((mcid, None, None, mcid), None, title, DAY, None, True, True)
    return replace(made, **columns)  # type: ignore[arg-type]


def told(before: list[Entry], after: list[Entry]) -> list[tuple[str, str | None, object, object]]:
    found = differences_of(before, after)
    return [(one.change.value, one.title, one.before, one.after) for one in found]


def test_new_and_gone_people_are_one_line_each() -> None:
    before = [entry("1"), entry("2"), entry("2", "AZ-305")]
    after = [entry("1"), entry("3")]
    assert told(before, after) == [("gone_person", None, 2, None), ("new_person", None, None, 1)]


def test_of_who_stays_each_training_expiry_and_answer_is_told() -> None:
    before = [entry("1"), entry("1", "AZ-305"), entry("1", "SC-100")]
    until = DAY + timedelta(days=365)
    after = [
        entry("1", expires_on=until, in_pc=False),
        entry("1", "AZ-305", in_pmc=None),
        entry("1", "MS-900"),
    ]
    assert told(before, after) == [
        ("gone_training", "SC-100", DAY, None),
        ("new_training", "MS-900", None, DAY),
        ("expiry", "AZ-104", None, until),
        ("pc", "AZ-104", True, False),
        ("pmc", "AZ-305", True, None),
    ]


ENTRIES = some.lists(
    some.builds(
        entry,
        some.sampled_from(["1", "2", "3"]),
        some.sampled_from(["AZ-104", "AZ-305"]),
        in_pc=some.sampled_from([True, False, None]),
    ),
    max_size=5,
)


@given(ENTRIES, ENTRIES)
def test_a_month_differs_not_from_itself_and_the_way_back_is_the_mirror(
    before: list[Entry], after: list[Entry]
) -> None:
    assert differences_of(before, before) == []
    forth, back = differences_of(before, after), differences_of(after, before)
    assert len(forth) == len(back)
    mirror = {
        DifferenceKind.NEW_PERSON: DifferenceKind.GONE_PERSON,
        DifferenceKind.NEW_TRAINING: DifferenceKind.GONE_TRAINING,
    }
    mirror |= {gone: new for new, gone in mirror.items()}
    turned = sorted((mirror.get(one.change, one.change), one.title or "") for one in back)
    assert sorted((one.change, one.title or "") for one in forth) == turned
