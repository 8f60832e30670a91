"""Lists of people: written once, however often they come, with what became of each row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.importing_people import import_people, people_sheet
from tests.support.making import make_organisation, make_person, making
from vlms.accounts.import_models import PeopleImportRow
from vlms.accounts.import_queries import RowFilter as Rows
from vlms.accounts.import_queries import count_changes, get_import, list_rows
from vlms.accounts.links import make_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person
from vlms.accounts.queries import find_manager, list_managed, list_people
from vlms.accounts.service import add_school
from vlms.accounts.service.people_import import (
    PeoplePlan,
    examine_people,
    remember_columns,
)
from vlms.accounts.service.people_writing import (
    AT_ONCE,
    Source,
    begin_import,
    finish_import,
    import_now,
    write_import,
)
from vlms.audit.models import AuditEntry
from vlms.core.dry_run import Change
from vlms.core.errors import BadInput, Conflict, Forbidden
from vlms.core.scope import Organisation as OrganisationScope
from vlms.core.work import Work

ADA = ("1", "Ada", "ada@x.example", "Sales", "2")
BOSS = ("2", "王老闆", "boss@x.example", "Sales", "")


@pytest.fixture
def contoso(app: Flask, clock: StillClock) -> Organisation:
    with making(clock()) as work:
        made = make_organisation(work, "contoso")
        work.session.expunge(made)
        return made


def people(clock: StillClock, organisation: Organisation) -> dict[str, Person]:
    with making(clock()) as work:
        found = list_people(work.session, organisation.id)
        work.session.expunge_all()
        return {person.number or person.name: person for person in found}


def counts(clock: StillClock, import_id: UUID) -> dict[str, int]:
    with making(clock()) as work:
        found = count_changes(work.session, import_id)
        return {change.value: count for change, count in found.items() if count}


def test_a_list_is_written_once_however_often_it_comes(
    clock: StillClock, contoso: Organisation
) -> None:
    first = import_people(clock(), contoso, people_sheet(ADA, BOSS))
    assert counts(clock, first.id) == {"new": 2}
    again = import_people(clock(), contoso, people_sheet(ADA, BOSS))
    assert counts(clock, again.id) == {"same": 2}
    moved = ("1", "Ada L.", "ada@x.example", "Law", "2")
    third = import_people(clock(), contoso, people_sheet(moved, BOSS))
    assert counts(clock, third.id) == {"changed": 1, "same": 1}
    found = people(clock, contoso)
    assert sorted(found) == ["1", "2"]
    assert (found["1"].name, found["1"].department) == ("Ada L.", "Law")
    with making(clock()) as work:
        (ada,) = list_managed(work.session, found["2"].id)
        assert ada.number == "1"
        manager = find_manager(work.session, ada)
        assert manager is not None
        assert manager.name == "王老闆"
        told = list_rows(work.session, Rows(third.id, Change.CHANGED))
        assert len(told[0].why or []) == 2


def test_the_journal_tells_of_everybody_who_was_added_or_changed(
    clock: StillClock, contoso: Organisation
) -> None:
    import_people(clock(), contoso, people_sheet(ADA, BOSS))
    import_people(clock(), contoso, people_sheet(("1", "Ada", "new@x.example", "Law", "2"), BOSS))
    with making(clock()) as work:
        entries = work.session.query(AuditEntry).filter_by(record_kind="person").all()
        actions = sorted(entry.action for entry in entries)
    assert actions == ["people.imported"] * 3 + ["person.address_corrected"]


def test_another_address_ends_the_old_links(clock: StillClock, contoso: Organisation) -> None:
    import_people(clock(), contoso, people_sheet(ADA, BOSS))
    found = people(clock, contoso)
    with making(clock()) as work:
        links = [
            make_link(
                *(work, LinkPurpose.CLAIM_CODE, found[number].id, timedelta(days=9)),
                organisation_id=contoso.id,
                person_id=found[number].id,
            ).id
            for number in ("1", "2")
        ]
    import_people(clock(), contoso, people_sheet((*ADA[:2], "right@x.example", *ADA[3:]), BOSS))
    with making(clock()) as work:
        ended = [work.session.get_one(OneTimeLink, link).ended_at for link in links]
    assert ended == [clock(), None]
    assert people(clock, contoso)["1"].email == "right@x.example"


def test_nothing_is_written_while_a_row_is_wrong_unless_it_is_left_out(
    clock: StillClock, contoso: Organisation
) -> None:
    wrong = ("3", "", "c@x.example", "", "")
    with pytest.raises(BadInput, match="Row 3"):
        import_people(clock(), contoso, people_sheet(ADA[:4], wrong))
    assert not people(clock, contoso)
    done = import_people(clock(), contoso, people_sheet(BOSS, wrong), good_rows=True)
    assert counts(clock, done.id) == {"new": 1, "wrong": 1}
    with making(clock()) as work:
        (row,) = list_rows(work.session, Rows(done.id, Change.WRONG))
        assert row.cells == ["3", "", "", "c@x.example", "", "", "", ""]
        assert row.why
        assert row.person_id is None


def test_a_file_without_a_good_row_is_refused(clock: StillClock, contoso: Organisation) -> None:
    with pytest.raises(BadInput):
        import_people(clock(), contoso, people_sheet(("1", "", "", "", "")), good_rows=True)


def test_columns_are_remembered_for_the_same_heading(
    clock: StillClock, contoso: Organisation
) -> None:
    odd = people_sheet(("1", "Ada"), headings=("Badge", "Who"))
    with pytest.raises(BadInput):
        import_people(clock(), contoso, odd)
    with making(clock()) as work:
        chosen = {"number": "Badge", "name": "Who"}
        remember_columns(work, contoso.id, odd.headers, chosen)
    import_people(clock(), contoso, odd)
    assert people(clock, contoso)["1"].name == "Ada"


@pytest.mark.parametrize(
    "chosen",
    [{"name": "Who"}, {"number": "Badge"}, {"number": "Badge", "name": "Badge"}],
    ids=["no key", "no name", "one column twice"],
)
def test_columns_that_cannot_be_are_refused(
    clock: StillClock, contoso: Organisation, chosen: dict[str, str]
) -> None:
    with making(clock()) as work, pytest.raises(BadInput):
        remember_columns(work, contoso.id, ("Badge", "Who"), chosen)


def test_who_works_for_some_schools_only_imports_nobody(
    clock: StillClock, contoso: Organisation
) -> None:
    with making(clock()) as work:
        school = add_school(work, contoso.id, "Law").id
    scope = OrganisationScope(contoso.id, school_ids=frozenset({school}))
    with making(clock(), scope=scope) as work, pytest.raises(Forbidden):
        import_now(work, Source(contoso.id, "a.csv", people_sheet(BOSS)), good_rows=False)


MANY = [
    (str(n), f"Person {n}", f"p{n}@x.example", "", str(n - 1) if n else "")
    for n in range(AT_ONCE + 200)
]


class Pieces:
    """Opens the works of an import; breaks down before the n-th."""

    def __init__(self, clock: StillClock, breaks_at: int) -> None:
        self.clock, self.left = clock, breaks_at

    @contextmanager
    def open(self) -> Iterator[Work]:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        with making(self.clock()) as work:
            yield work


def test_an_import_that_was_killed_goes_on_and_doubles_nobody(
    clock: StillClock, contoso: Organisation
) -> None:
    sheet = people_sheet(*MANY)
    done_counts: list[int] = []

    def examine() -> PeoplePlan:
        with making(clock()) as work:
            return examine_people(work.session, contoso.id, sheet)

    with making(clock()) as work:
        begun = begin_import(work, Source(contoso.id, "many.csv", sheet)).id

    def advance(_work: Work, done_count: int) -> None:
        done_counts.append(done_count)

    with pytest.raises(KeyboardInterrupt):
        write_import(Pieces(clock, 3).open, begun, examine, advance)
    assert len(people(clock, contoso)) == AT_ONCE
    write_import(Pieces(clock, -1).open, begun, examine, advance)
    assert done_counts == [AT_ONCE, len(MANY)]
    assert counts(clock, begun) == {"new": len(MANY)}
    found = people(clock, contoso)
    assert len(found) == len(MANY)
    assert found["7"].manager_id == found["6"].id


def test_the_rest_is_compared_anew_when_somebody_was_entered_meanwhile(
    clock: StillClock, contoso: Organisation
) -> None:
    sheet = people_sheet(ADA, BOSS)
    examined: list[PeoplePlan] = []

    def examine() -> PeoplePlan:
        with making(clock()) as work:
            plan = examine_people(work.session, contoso.id, sheet)
        if not examined:
            with making(clock()) as work:
                make_person(work, contoso, "By hand", "ada@x.example")
        examined.append(plan)
        return plan

    with making(clock()) as work:
        begun = begin_import(work, Source(contoso.id, "a.csv", sheet)).id
    write_import(Pieces(clock, -1).open, begun, examine, lambda _work, done_count: None)
    assert len(examined) == 2
    assert counts(clock, begun) == {"new": 1, "changed": 1}
    assert sorted(people(clock, contoso)) == ["1", "2"]


def test_who_stands_in_the_list_is_not_marked_as_leaver_by_it(
    clock: StillClock, contoso: Organisation
) -> None:
    with making(clock()) as work:
        gone = make_person(work, contoso, "Gone", "gone@x.example").id
    done = import_people(clock(), contoso, people_sheet(ADA, BOSS))
    ada = people(clock, contoso)["1"].id
    with pytest.raises(Conflict), making(clock()) as work:
        finish_import(work, done.id, [gone, ada])
    with making(clock()) as work:
        finish_import(work, done.id, [gone])
        assert get_import(work.session, done.id).left_count == 1
        left = work.session.scalars(select(Person.name).where(Person.left_at.is_not(None)))
        assert list(left) == ["Gone"]


def test_results_are_kept_for_some_months(clock: StillClock, contoso: Organisation) -> None:
    old = import_people(clock(), contoso, people_sheet(BOSS))
    import_people(clock() + timedelta(days=89), contoso, people_sheet(BOSS))
    assert counts(clock, old.id) == {"new": 1}
    import_people(clock() + timedelta(days=91), contoso, people_sheet(BOSS))
    assert counts(clock, old.id) == {}
    with making(clock()) as work:
        assert work.session.query(PeopleImportRow).count() == 2
