"""R3, R4: what is entered late, or said twice in one file, comes to the same in any order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_certifications import make_certification
from vlms.accounts.models import Organisation, Person
from vlms.catalog.models import Certification, CertificationKind, Exam
from vlms.certifications.models import PassSource
from vlms.certifications.queries.transcripts import list_held
from vlms.certifications.service.earning import enter_pass, hold
from vlms.certifications.service.transcript_import import examine_transcripts
from vlms.certifications.service.transcript_writing import import_transcripts
from vlms.core.errors import BadInput
from vlms.core.work import Work
from vlms.exports.sheets import Sheet, sheet_of

HEADINGS = ("E-mail", "MCID", "Exam or certification", "Day", "Valid until")
LIN, WEI = "lin@contoso.example", "wei@contoso.example"
PASSED, EARNED = date(2025, 4, 1), date(2024, 5, 1)
WITHIN = ("administrator", "2024-05-01", "2025-05-01")


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with making(clock()) as work:
        made = make_organisation(work, "contoso")
        make_person(work, made, "Lin", LIN).mcid = "MC1234"
        make_person(work, made, "Wei", WEI).mcid = "MC9999"
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        return made.id


def sheet(*rows: tuple[str, ...]) -> Sheet:
    filled = [(who, "", *rest) if len(rest) == 3 else (who, *rest) for who, *rest in rows]
    return sheet_of(list(enumerate([HEADINGS, *filled], 1)), [])


def lin(work: Work) -> Person:
    return work.session.query(Person).filter_by(email=LIN).one()


def held(work: Work) -> list[tuple[str, str, str]]:
    found = list_held(work.session, [lin(work).id])
    return [(one.certification_key, str(one.earned_on), str(one.expires_on)) for one in found]


def looked_at(clock: StillClock, place: UUID, *rows: tuple[str, ...]) -> list[str]:
    with making(clock()) as work:
        run = examine_transcripts(work.session, place, sheet(*rows), clock().date())
        return [" ".join([line.change.value, *map(str, line.faults)]) for line in run.lines]


def write(clock: StillClock, place: UUID, *rows: tuple[str, ...]) -> list[tuple[str, str, str]]:
    with making(clock()) as work:
        import_transcripts(work, place, sheet(*rows))
    with making(clock()) as work:
        return held(work)


@pytest.mark.parametrize("is_pass_first", [False, True])
def test_a_certification_that_is_entered_after_a_pass_within_it_stands_r2(
    clock: StillClock, place: UUID, is_pass_first: bool
) -> None:
    with making(clock()) as work:
        made = work.session.get_one(Certification, "administrator")
        if is_pass_first:
            enter_pass(work, lin(work), "AZ-104", PASSED, PassSource.EXAM)
        hold(work, lin(work), made, EARNED, PassSource.ENTRY)
        enter_pass(work, lin(work), "AZ-104", PASSED, PassSource.EXAM)
        assert held(work) == [WITHIN]


@pytest.mark.parametrize("is_pass_first", [False, True])
def test_a_file_s_certification_stands_also_after_a_pass_within_it_r2(
    clock: StillClock, place: UUID, is_pass_first: bool
) -> None:
    earned = (LIN, "administrator", "2024-05-01", "2026-05-01")
    passed = (LIN, "AZ-104", "2025-04-01", "")
    steps = [passed, earned] if is_pass_first else [earned, passed]
    for row in steps:
        assert looked_at(clock, place, row) == ["new"]
        found = write(clock, place, row)
    assert found == [("administrator", "2024-05-01", "2026-05-01")]


def test_a_renewal_in_a_file_takes_back_what_was_earned_meanwhile_r2(
    clock: StillClock, place: UUID
) -> None:
    for day in ("2024-05-01", "2025-05-20"):
        write(clock, place, (LIN, "AZ-104", day, ""))
    row = (LIN, "administrator", "2024-05-01", "2026-05-01")
    assert looked_at(clock, place, row) == ["changed"]
    assert write(clock, place, row) == [("administrator", "2024-05-01", "2026-05-01")]


def test_what_began_earlier_by_its_exams_is_not_entered_again_within_r4(
    clock: StillClock, place: UUID
) -> None:
    """The control: only what was earned later gives way."""
    with making(clock()) as work:
        made = work.session.get_one(Certification, "administrator")
        enter_pass(work, lin(work), "AZ-104", PASSED, PassSource.EXAM)
        for day in (PASSED, date(2025, 6, 1)):
            with pytest.raises(BadInput, match="R4"):
                hold(work, lin(work), made, day, PassSource.ENTRY)
    for typed in ("2025-06-01",):
        (told,) = looked_at(clock, place, (LIN, "administrator", typed, ""))
        assert "held already since" in told


def test_of_several_last_days_in_one_file_the_latest_counts_r3(
    clock: StillClock, place: UUID
) -> None:
    ends = ("", "2026-05-01", "2027-05-01")
    rows = [(LIN, "administrator", "2024-05-01", until) for until in ends]
    assert looked_at(clock, place, *rows) == ["new", "changed", "changed"]
    assert looked_at(clock, place, *reversed(rows)) == ["new", "same", "same"]
    assert write(clock, place, *rows) == [("administrator", "2024-05-01", "2027-05-01")]
    assert looked_at(clock, place, *rows) == ["same"] * 3


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_order_of_its_rows_does_not_matter_r3(
    clock: StillClock, place: UUID, order: tuple[int, ...]
) -> None:
    rows = [
        (LIN, "administrator", "2024-05-01", ""),
        (LIN, "administrator", "2024-05-01", "2026-05-01"),
        (LIN, "AZ-104", "2025-04-01", ""),
    ]
    found = write(clock, place, *(rows[at] for at in order))
    assert found == [("administrator", "2024-05-01", "2026-05-01")]


def test_two_rows_of_one_file_that_cannot_both_be_are_told_before_it_counts_r4(
    clock: StillClock, place: UUID
) -> None:
    rows = [
        (LIN, "administrator", "2024-05-01", "2026-05-01"),
        (LIN, "administrator", "2025-06-01", ""),
        (WEI, "administrator", "2025-06-01", ""),
    ]
    first, second, other = looked_at(clock, place, *rows)
    assert (first, other) == ("new", "new")
    assert "held already since" in second
    with making(clock()) as work:
        assert import_transcripts(work, place, sheet(*rows), good_rows=True) == 2


def test_a_row_that_names_two_people_is_nobody_s_r5(clock: StillClock, place: UUID) -> None:
    both = (LIN, "MC9999", "AZ-104", "2025-04-01", "")
    one = (LIN, "MC1234", "AZ-104", "2025-04-01", "")
    unknown = ("lin@home.example", "MC1234", "AZ-104", "2025-04-02", "")
    told = looked_at(clock, place, both, one, unknown)
    assert told[1:] == ["new", "new"]
    assert "different people" in told[0]


def test_an_exam_that_was_retired_by_then_is_a_wrong_row_c3(clock: StillClock, place: UUID) -> None:
    with making(clock()) as work:
        work.session.get_one(Exam, "AZ-104").retires_on = date(2025, 6, 30)
    rows = [(LIN, "AZ-104", day, "") for day in ("2025-06-30", "2025-07-02")]
    there, late = looked_at(clock, place, *rows)
    assert there == "new"
    assert "retired on" in late


def test_an_mcid_that_a_leaver_s_entry_has_too_is_that_of_who_is_present_r5(
    clock: StillClock, place: UUID
) -> None:
    with making(clock()) as work:
        own = work.session.get_one(Organisation, place)
        for number, name in enumerate(("Lin once", "Lin before")):
            former = make_person(work, own, name, f"former{number}@contoso.example")
            former.mcid, former.left_at = "MC1234", clock()
    told = looked_at(
        clock,
        place,
        (LIN, "MC1234", "AZ-104", "2025-04-01", ""),
        ("", "MC1234", "AZ-104", "2025-04-02", ""),
    )
    assert told == ["new", "new"]
