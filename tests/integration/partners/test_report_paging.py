"""The list after a skills report is narrowed, counted and parted by the database (K2)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_links import make_link
from tests.support.making_skills_reports import report_csv, sheet_of
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.partners.models.skills_reports import ReportedSkill
from vlms.partners.queries.report_case_rows import Asked
from vlms.partners.queries.report_cases import (
    count_cases,
    find_todo,
    list_todos,
    page_todos,
)
from vlms.partners.queries.skills_reports import list_reported
from vlms.partners.rules.report_cases import Case, CaseState
from vlms.partners.service.report_deciding import decide
from vlms.partners.service.report_importing import import_report

NOW = datetime(2026, 7, 10, 4, tzinfo=UTC)
ALL = Asked()


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    """Ada is linked, overdue and not reported; six others are reported with a No each."""
    clock.set(NOW)
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        user = make_user(work, "ada@contoso.example", "Ada")
        ada = make_person(work, own, "Ada", "ada@contoso.example", user)
        make_link(work, ada, "990000000", started_at=datetime(2026, 6, 2, tzinfo=UTC))
        make_person(work, own, "Éva Ünal", "eva@contoso.example")
        rows = [
            {"mcid": f"99000000{number}", "first": f"P{number}", "pc": "No", "mail": mail}
            for number, mail in enumerate(["eva@contoso.example", *["x@x.example"] * 4], 1)
        ]
        rows.append({"mcid": "", "first": "王", "last": "小明", "mail": "w@x.example", "pmc": "No"})
        import_report(work, own.id, sheet_of(report_csv(*rows)))
        return own.id


def named(work: Work, place: UUID, asked: Asked, part: tuple[int, int]) -> list[str]:
    found = page_todos(work.session, place, work.now, asked, lambda _count: part)
    return [f"{one.case.value} {one.name}" for one in found.lines]


def test_parts_follow_one_another_and_none_is_read_that_is_not_shown(
    place: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        whole = list_todos(work.session, place, work.now)
        told = [f"{one.case.value} {one.name}" for one in whole.lines]
        assert len(told) == 5 + 1 + 1 + 6
        assert whole.counts == {
            Case.NOT_IN_PC: 5,
            Case.NOT_IN_PMC: 1,
            Case.NOT_REPORTED: 1,
            Case.NOT_LINKED: 6,
        }
        parts = [named(work, place, ALL, (begin, 4)) for begin in range(0, 16, 4)]
        assert [line for part in parts for line in part] == told
        assert [len(part) for part in parts] == [4, 4, 4, 1]


def test_no_row_of_the_report_is_loaded_for_a_page(place: UUID, clock: StillClock) -> None:
    def loaded(work: Work) -> int:
        return sum(isinstance(one, ReportedSkill) for one in work.session.identity_map.values())

    with making(clock()) as work:
        found = page_todos(work.session, place, work.now, ALL, lambda count: (0, count))
        assert (len(found.lines), loaded(work)) == (13, 0)
        count_cases(work.session, place, work.now, ALL)
        assert loaded(work) == 0
        # The negative control: what lists the report loads it.
        assert found.report is not None
        rows = list_reported(work.session, found.report.id)
        assert (len(rows), loaded(work)) == (6, 6)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("éva", 2),
        ("EVA", 0),
        ("990000003", 2),
        ("小明", 2),
        ("az-104", 6),
        ("w@x", 2),
        ("%", 0),
        ("  ", 13),
    ],
)
def test_words_are_looked_for_in_name_mcid_and_training(
    place: UUID, clock: StillClock, words: str, count: int
) -> None:
    with making(clock()) as work:
        asked = Asked(words=words)
        assert sum(count_cases(work.session, place, work.now, asked).values()) == count
        assert len(named(work, place, asked, (0, 50))) == count


def test_states_narrow_the_list_and_one_line_is_found_by_itself(
    place: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        line = list_todos(work.session, place, work.now).lines[-1]
        decide(work, place, (line.case, line.subject_id), CaseState.DONE, "asked")
        count = {
            state: sum(count_cases(work.session, place, work.now, Asked(state)).values())
            for state in CaseState
        }
        assert count == {CaseState.OPEN: 12, CaseState.DONE: 1, CaseState.IGNORED: 0}
        found = find_todo(work.session, place, line.case, line.subject_id, work.now)
        assert found is not None
        assert (found.state, found.name) == (CaseState.DONE, line.name)
        assert find_todo(work.session, place, Case.NOT_IN_PC, new_id(), work.now) is None
        # A row stands in the list only for what it says.
        assert find_todo(work.session, place, Case.NOT_IN_PC, line.subject_id, work.now) is None
