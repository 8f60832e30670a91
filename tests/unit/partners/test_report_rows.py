"""Rows of monthly reports: what can be read, what is refused, which report a file is (K2, K5)."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.core.errors import BadInput
from vlms.partners.report_columns import HEADINGS, kind_of
from vlms.partners.rules.report_cases import shown_mcids
from vlms.partners.rules.report_rows import (
    LABELS,
    ReportKind,
    read_report_month,
    read_report_row,
    read_yes_no,
    training_key,
    who_key,
)
from vlms.partners.rules.skills_layouts import LEARNING_COLUMNS, SKILLS_COLUMNS

TODAY = date(2026, 7, 2)
GOOD = {
    "mcid": "990123456",
    "name": "Ada",
    "last_name": "One",
    "account": "ada@contoso.example",
    "title": "Exam AZ-104",
    "completed_on": "6/30/2026 12:00:00 AM",
    "expires_on": "2027-06-30",
    "month": "2026-06",
    "in_pmc": "Yes",
    "in_pc": "no",
}


def test_a_row_is_read_as_programmes_write_it() -> None:
    row, refusals = read_report_row(GOOD, TODAY)
    assert refusals == []
    assert row is not None
    assert (row.name, row.completed_on, row.month) == (
        "Ada One",
        date(2026, 6, 30),
        date(2026, 6, 1),
    )
    assert (row.in_pmc, row.in_pc, row.relevant) == (True, False, None)


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"mcid": "12"}, "mcid", "5 to 10 digits"),
        ({"title": ""}, "title", "Training"),
        ({"completed_on": "someday"}, "completed_on", "Completed on"),
        ({"completed_on": "2026-07-03"}, "completed_on", "a day to come"),
        ({"expires_on": "2026-06-29"}, "expires_on", "cannot end before"),
        ({"in_pc": "perhaps"}, "in_pc", "Write Yes or No"),
        ({"month": "June"}, "month", "2026-10"),
        ({"mcid": "", "account": "", "name": "", "last_name": ""}, "mcid", "whose it is"),
        ({"title": "x" * 301}, "title", "300 characters"),
        # Each of these letters is two in its folded form.
        ({"account": "\u0130" * 200}, "account", "254 characters"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_field_and_a_way_out(
    change: dict[str, str], field: str, told: str
) -> None:
    row, (refusal,) = read_report_row({**GOOD, **change}, TODAY)
    assert row is None
    assert refusal.field == field
    assert told in f"{refusal.sentence} {refusal.way_out}"


@pytest.mark.parametrize("typed", ["2026-06", "2026/6", "2026-06-15", "6/1/2026", "2026-06-01"])
def test_a_month_is_read_in_all_its_forms(typed: str) -> None:
    assert read_report_month(typed, LABELS["month"]) == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("typed", "means"), [("YES", True), (" y ", True), ("是", True), ("No", False), ("否", False)]
)
def test_yes_and_no_are_read_in_both_languages(typed: str, means: bool) -> None:
    assert read_yes_no(typed, LABELS["in_pc"]) is means


def test_the_fields_are_columns_of_the_published_layouts() -> None:
    assert set(HEADINGS[ReportKind.SKILLS].values()) <= set(SKILLS_COLUMNS)
    assert set(HEADINGS[ReportKind.LEARNING].values()) - {"Month"} <= set(LEARNING_COLUMNS)
    assert kind_of(SKILLS_COLUMNS) is ReportKind.SKILLS
    assert kind_of(LEARNING_COLUMNS) is ReportKind.LEARNING


@pytest.mark.parametrize(
    ("headers", "told"),
    [(("CompetencyName", "MetricName"), "Import figures"), (("A", "B"), "Leave the headings")],
)
def test_another_layout_is_refused_with_the_way_to_its_own_page(
    headers: tuple[str, ...], told: str
) -> None:
    with pytest.raises(BadInput) as refused:
        kind_of(headers)
    assert told in str(refused.value.way_out)


def test_who_and_what_are_told_apart_by_the_surest_that_is_known() -> None:
    assert who_key(("990", None, "a@x.example", "Ada")) == "990"
    assert who_key((None, None, "A@x.example", "Ada")) == "a@x.example"
    assert who_key((None, None, None, "Ada")) == "ada"
    assert training_key("T1", "x") == "t1"
    assert training_key(None, " Exam  AZ-104 ") == "exam az-104"


def test_a_report_shows_an_mcid_unless_all_its_rows_deny_it_in_partner_center_k2() -> None:
    rows = [("1", False), ("1", True), ("2", False), ("3", None), (None, True)]
    assert shown_mcids(rows) == {"1", "3"}
