"""Monthly reports replace their month wholly, let links count, and are worked off (K1, K2)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_links import make_link
from tests.support.making_skills_reports import learning_csv, report_csv, sheet_of
from tests.support.racing import race, winners
from vlms.accounts.models import Organisation, Person
from vlms.core.dry_run import Change
from vlms.core.errors import BadInput, Conflict, Forbidden
from vlms.core.permissions import Role
from vlms.core.work import Actor, Work
from vlms.partners.models.links import Association
from vlms.partners.models.skills_reports import ReportDecision, ReportedSkill, SkillsReport
from vlms.partners.queries.report_cases import list_todos
from vlms.partners.queries.skills_reports import compare, find_report
from vlms.partners.rules.report_cases import Case, CaseState
from vlms.partners.rules.report_rows import ReportKind
from vlms.partners.service import report_importing
from vlms.partners.service.report_deciding import decide
from vlms.partners.service.report_importing import Imported, import_report, write_rows
from vlms.partners.service.skills_reports import ReportRun, examine_report

NOW = datetime(2026, 7, 10, 4, tzinfo=UTC)
JUNE = date(2026, 6, 1)
ADA = {"mcid": "990000001", "mail": "ada@contoso.example"}
BO = {"mcid": "", "mail": "Bo@Contoso.example"}
STRANGER = {"mcid": "990000009", "first": "Hugo", "last": "Berg", "mail": "hugo@x.example"}


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    """Ada is linked since June and pending; Bo is in the directory and not linked."""
    clock.set(NOW)
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        for name in ("Ada", "Bo"):
            email = f"{name.lower()}@contoso.example"
            make_person(work, own, name, email, make_user(work, email, name))
        ada = work.session.query(Person).filter_by(name="Ada").one()
        make_link(work, ada, "990000001", started_at=datetime(2026, 6, 20, tzinfo=UTC))
        return own.id


def examined(work: Work, place: UUID, *rows: dict[str, str]) -> ReportRun:
    return examine_report(work.session, place, sheet_of(report_csv(*rows)), (None, work.now))


def imported(clock: StillClock, place: UUID, *rows: dict[str, str]) -> Imported:
    with making(clock()) as work:
        return import_report(work, place, sheet_of(report_csv(*rows)))


def rows_of(work: Work) -> list[tuple[str | None, str, bool | None]]:
    found = work.session.query(ReportedSkill).order_by(ReportedSkill.mcid, ReportedSkill.title)
    return [(one.mcid, one.title, one.in_pc) for one in found]


def test_people_are_found_by_mcid_then_by_address_and_strangers_keep_their_names(
    place: UUID, clock: StillClock
) -> None:
    imported(clock, place, ADA, BO, STRANGER)
    with making(clock()) as work:
        found = {
            one.person_id and work.session.get_one(Person, one.person_id).name: (
                one.name,
                one.account,
            )
            for one in work.session.query(ReportedSkill)
        }
    assert found == {
        "Ada": (None, None),
        "Bo": (None, None),
        None: ("Hugo Berg", "hugo@x.example"),
    }


def test_a_pending_link_counts_from_the_first_report_that_shows_it_k2(
    place: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        assert examined(work, place, {**ADA, "month": "2026-05"}).waiting == frozenset()
        assert examined(work, place, {**ADA, "pc": "No"}).waiting == frozenset()
        assert examined(work, place, ADA).waiting == {"990000001"}
        assert work.session.query(Association).one().seen_at is None
    assert imported(clock, place, ADA).seen == 1
    with making(clock()) as work:
        assert work.session.query(Association).one().seen_at == NOW
    assert imported(clock, place, ADA).seen == 0


def test_a_month_is_replaced_wholly_and_the_same_file_changes_nothing(
    place: UUID, clock: StillClock
) -> None:
    first = imported(clock, place, ADA, {**ADA, "title": "AZ-305"}, STRANGER)
    assert first.changed == 3
    with making(clock()) as work:
        before = {one.id for one in work.session.query(ReportedSkill)}
    clock.move(hours=1)
    again = imported(clock, place, ADA, {**ADA, "title": "AZ-305"}, STRANGER)
    assert (again.report_id, again.changed) == (first.report_id, 0)
    with making(clock()) as work:
        assert work.session.query(SkillsReport).one().imported_at == NOW
        run = examined(work, place, {**ADA, "pc": "No"}, {**ADA, "title": "MS-900"})
        assert (run.counts[Change.CHANGED], run.counts[Change.NEW], len(run.gone)) == (1, 1, 2)
        assert [str(one.name) for one in run.lines[0].differences] == ["In PC"]
    assert imported(clock, place, {**ADA, "pc": "No"}, {**ADA, "title": "MS-900"}).changed == 4
    with making(clock()) as work:
        usual = "Exam AZ-104: Azure Administrator"
        assert rows_of(work) == [("990000001", usual, False), ("990000001", "MS-900", True)]
        kept = work.session.query(ReportedSkill).filter_by(title=usual).one()
        assert kept.id in before
        report = work.session.query(SkillsReport).one()
        assert (report.row_count, report.imported_at) == (2, clock())


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([ADA, {**ADA, "title": "X", "month": "2026-05"}], "Row 3: A file is of one month"),
        ([ADA, ADA], "Row 3: Row 2 gives the same training"),
        ([{**ADA, "month": "2026-08"}], "cannot be there"),
        ([{**ADA, "month": ""}], "Nothing says of which month"),
        ([{**ADA, "pmc": "maybe"}], 'Row 2: In PMC: "maybe" cannot be used'),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_written(
    place: UUID, clock: StillClock, rows: list[dict[str, str]], told: str
) -> None:
    with making(clock()) as work, pytest.raises(BadInput, match=told):
        import_report(work, place, sheet_of(report_csv(*rows)))
    with making(clock()) as work:
        assert work.session.query(SkillsReport).count() == 0
        assert work.session.query(Association).one().seen_at is None


def test_a_learning_report_needs_its_month_typed_and_shows_no_link(
    place: UUID, clock: StillClock
) -> None:
    body = learning_csv({"UserName": "Ada", "UserId": ADA["mail"], "TrainingName": "Intro"})
    with making(clock()) as work, pytest.raises(BadInput, match="which month"):
        import_report(work, place, sheet_of(body))
    with making(clock()) as work:
        done = import_report(work, place, sheet_of(body), JUNE)
        assert (done.changed, done.seen) == (1, 0)
        assert find_report(work.session, place, ReportKind.LEARNING, JUNE) is not None
        assert list_todos(work.session, place, work.now).report is None


def two_rows(number: int) -> list[dict[str, str]]:
    return [{**ADA, "title": f"{word}-{number}"} for word in ("A", "B")]


def titles(clock: StillClock) -> list[str]:
    with making(clock()) as work:
        return sorted(one.title for one in work.session.query(ReportedSkill))


def test_imports_at_once_leave_the_rows_of_one_of_them(
    app: Flask, place: UUID, clock: StillClock
) -> None:
    imported(clock, place, ADA)
    acts = [partial(imported, clock, place, *two_rows(number)) for number in range(4)]
    results = race(app, acts)
    assert winners(results)
    assert titles(clock) in [[f"A-{number}", f"B-{number}"] for number in range(4)]


def test_an_import_that_was_examined_before_another_one_is_refused(
    place: UUID, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its rows would come in beside those that it never saw."""
    imported(clock, place, ADA)
    with making(clock()) as work:
        run = examined(work, place, *two_rows(1))
    imported(clock, place, *two_rows(2))
    monkeypatch.setattr(report_importing, "examine_report", lambda *_asked: run)
    with pytest.raises(Conflict):
        imported(clock, place, *two_rows(1))
    assert titles(clock) == ["A-2", "B-2"]


def test_without_the_guard_the_rows_of_both_would_stay(place: UUID, clock: StillClock) -> None:
    """The negative control: two who have read the same, and write one after the other."""
    done = imported(clock, place, ADA)
    with making(clock()) as work:
        runs = [examined(work, place, *two_rows(number)) for number in range(2)]
    for run in runs:
        with making(clock()) as work:
            write_rows(work, work.session.get_one(SkillsReport, done.report_id), run)
    assert len(titles(clock)) == 4


def test_who_may_only_read_imports_and_decides_nothing(place: UUID, clock: StillClock) -> None:
    imported(clock, place, STRANGER)
    with making(clock()) as work:
        todo = list_todos(work.session, place, work.now).lines[0]
        work.actor = Actor("auditor", roles=frozenset({Role.AUDITOR}))
        with pytest.raises(Forbidden):
            import_report(work, place, sheet_of(report_csv(ADA)))
        with pytest.raises(Forbidden):
            decide(work, place, (todo.case, todo.subject_id), CaseState.DONE, "")


def test_the_list_holds_each_no_and_each_difference_from_the_links(
    place: UUID, clock: StillClock
) -> None:
    imported(clock, place, {**BO, "pc": "No", "pmc": "No"}, STRANGER)

    def told(work: Work) -> list[tuple[Case, str | None]]:
        return [(one.case, one.name) for one in list_todos(work.session, place, work.now).lines]

    nos = [(Case.NOT_IN_PC, "Bo"), (Case.NOT_IN_PMC, "Bo")]
    others = [(Case.NOT_LINKED, "Bo"), (Case.NOT_LINKED, "Hugo Berg")]
    with making(clock()) as work:
        assert told(work) == [*nos, (Case.NOT_REPORTED, "Ada"), *others]
        # June's report can have nothing of a link that began in July, overdue as it is.
        link = work.session.query(Association).one()
        link.started_at = datetime(2026, 7, 1, 8, tzinfo=UTC)
        work.flush()
        assert told(work) == [*nos, *others]
        link.started_at = datetime(2026, 6, 30, 8, tzinfo=UTC)
        work.flush()
        assert (Case.NOT_REPORTED, "Ada") in told(work)
        # A link that is still pending is not missed yet.
        link.started_at = work.now
        work.flush()
        assert told(work) == [*nos, *others]
        bo = work.session.query(Person).filter_by(name="Bo").one()
        link = make_link(work, bo, "990000002")
        work.flush()
        assert (Case.NOT_LINKED, "Bo") not in told(work), "the report has Bo by address alone"
        assert (Case.NOT_REPORTED, "Bo") not in told(work)
        link.mcid = "990000009"
        work.flush()
        assert (Case.NOT_LINKED, "Hugo Berg") not in told(work)


def test_what_is_decided_holds_for_its_month_and_comes_back_with_the_next(
    place: UUID, clock: StillClock
) -> None:
    def states(month: str) -> dict[Case, CaseState]:
        imported(clock, place, {**ADA, "pc": "No", "month": month})
        with making(clock()) as work:
            return {one.case: one.state for one in list_todos(work.session, place, NOW).lines}

    assert states("2026-05") == {Case.NOT_IN_PC: CaseState.OPEN}
    with making(clock()) as work:
        (todo,) = list_todos(work.session, place, NOW).lines
        decide(work, place, (todo.case, todo.subject_id), CaseState.DONE, "asked")
        decide(work, place, (todo.case, todo.subject_id), CaseState.IGNORED, "on leave")
        decision = work.session.query(ReportDecision).one()
        assert (decision.state, decision.note) == (CaseState.IGNORED, "on leave")
        assert list_todos(work.session, place, NOW, (CaseState.OPEN, None)).lines == []
    assert states("2026-05") == {Case.NOT_IN_PC: CaseState.IGNORED}, "imported again"
    assert states("2026-06") == {Case.NOT_IN_PC: CaseState.OPEN}, "the next month still says No"


def test_months_are_compared_with_the_one_before(place: UUID, clock: StillClock) -> None:
    imported(clock, place, {**ADA, "month": "2026-04"}, {**STRANGER, "month": "2026-04"})
    with making(clock()) as work:
        first = work.session.query(SkillsReport).one()
        assert compare(work.session, first).before is None
    june = imported(clock, place, {**ADA, "pc": "No"}, BO)
    with making(clock()) as work:
        found = compare(work.session, work.session.get_one(SkillsReport, june.report_id))
        assert found.before is not None
        assert [(line.name, line.change.value) for line in found.lines] == [
            ("Ada", "pc"),
            ("Bo", "new_person"),
            ("Hugo Berg", "gone_person"),
        ]


def test_another_organisation_is_neither_read_nor_written(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam").id
    imported(clock, other, ADA)
    with making(clock()) as work:
        assert work.session.query(ReportedSkill).one().person_id is None
        assert work.session.query(Association).one().seen_at is None
        assert list_todos(work.session, place, work.now).report is None
        assert work.session.get_one(Organisation, other).id != place
