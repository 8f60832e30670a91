"""The gate of a site: each thing that must hold, and what is said while it does not (A1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.academy.requirements import site_requirements
from vlms.academy.rules.gate import Requirement, SiteFacts, gate_conditions
from vlms.core.text import Name

DAY = date(2026, 3, 2)
REQUIREMENTS = (Requirement("room", Name("Room", chinese="考場")), Requirement("net", Name("Net")))
OPEN = SiteFacts(
    name="Hall",
    is_closed=False,
    center_number="9",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    ticked=frozenset({"room", "net"}),
)


def reasons(site: SiteFacts, day: date = DAY) -> list[str]:
    found = gate_conditions(site, REQUIREMENTS, day)
    return [one.refusal.reason for one in found if one.refusal is not None]


def test_an_open_gate_meets_four_conditions() -> None:
    found = list(gate_conditions(OPEN, REQUIREMENTS, DAY))
    assert [one.is_met for one in found] == [True] * 4


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_closed": True}, "site_closed"),
        ({"center_number": None}, "no_center_number"),
        ({"center_number": ""}, "no_center_number"),
        ({"valid_from": None}, "no_validity"),
        ({"valid_to": None}, "no_validity"),
        ({"valid_from": date(2026, 3, 3)}, "not_valid"),
        ({"valid_to": date(2026, 3, 1)}, "not_valid"),
        ({"ticked": frozenset({"room"})}, "requirements_missing"),
        ({"ticked": frozenset()}, "requirements_missing"),
    ],
)
def test_whatever_is_missing_alone_shuts_it(facts: dict[str, Any], reason: str) -> None:
    assert reasons(replace(OPEN, **facts)) == [reason]


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_the_number_counts_from_its_first_to_its_last_day(day: date) -> None:
    assert (reasons(OPEN, day) == []) is (date(2026, 1, 1) <= day <= date(2026, 12, 31))


def test_a_tick_that_is_not_asked_opens_nothing() -> None:
    assert reasons(replace(OPEN, ticked=frozenset({"coffee", "room"}))) == ["requirements_missing"]


def test_every_requirement_of_the_file_has_a_key_of_its_own_and_both_languages() -> None:
    found = site_requirements()
    assert len({one.key for one in found}) == len(found) >= 5
    for one in found:
        assert isinstance(one.name, Name)
        assert one.name.singular
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.name.chinese)
