"""R1, R2: the shipped catalogue says of each renewed certification where it is renewed."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from babel import Locale

from vlms.certifications.rules.renewal import is_renewed
from vlms.certifications.terms import renewal_terms

SHIPPED: dict[str, Any] = json.loads(
    (files("vlms.catalog") / "data" / "catalogue.json").read_text("utf-8")
)
KINDS = {row["key"]: row["kind"] for row in SHIPPED["certifications"]}


def test_each_renewed_certification_has_one_assessment_and_no_other_has_any_r1() -> None:
    terms = renewal_terms(date(2026, 1, 1)).terms
    renewed = sorted(key for key, kind in KINDS.items() if is_renewed(kind, terms))
    assert sorted(row["certification_key"] for row in SHIPPED["assessments"]) == renewed


@pytest.mark.parametrize("row", SHIPPED["assessments"], ids=lambda row: row["certification_key"])
def test_an_assessment_has_an_address_languages_and_modules_r2(row: dict[str, Any]) -> None:
    assert row["languages"]
    assert row["modules"]
    for tag in row["languages"]:
        assert Locale.parse(tag, sep="-").get_display_name("en")
    for place in (row, *row["modules"]):
        assert place["address"].startswith("https://")
        assert len(place["address"]) <= 300
    assert all(one["name_en"] and one["name_zh"] for one in row["modules"])


def test_prerequisites_are_of_the_kind_below_so_none_needs_itself_r4() -> None:
    below = {"expert": {"associate"}, "mcse": {"mcsa"}, "mcsd": {"mcsa"}}
    for row in SHIPPED["certifications"]:
        needed = row.get("prerequisites", [])
        assert {KINDS[key] for key in needed} <= below.get(row["kind"], set())


def test_days_are_days_and_in_their_order_r1() -> None:
    for row in SHIPPED["certifications"]:
        days = [row.get(name) for name in ("available_from", "retires_on")]
        known = [date.fromisoformat(one) for one in days if one]
        assert known == sorted(known)
