"""R1-R4: files of passed exams and certifications, looked at first and then written whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_certifications import make_certification
from vlms.accounts.models import Person
from vlms.catalog.models import CertificationKind
from vlms.certifications.models import PassSource
from vlms.certifications.queries.transcripts import list_held, list_passes
from vlms.certifications.service.transcript_import import examine_transcripts
from vlms.certifications.service.transcript_writing import import_transcripts
from vlms.core.dry_run import Change
from vlms.core.errors import BadInput
from vlms.core.work import Work
from vlms.exports.sheets import Sheet, sheet_of

HEADINGS = ("E-mail", "Exam or certification", "Day", "Valid until")
# The programme's training export, as it comes.
EXPORT = (
    *("PGAMpnId", "TrainingActivityId", "TrainingTitle", "TrainingType", "IndividualFirstName"),
    *("IndividualLastName", "Email", "CorpEmail", "TrainingCompletionDate", "ExpirationDate"),
    *("ActivationStatus", "Month", "IcMCP", "MCPID", "MpnId", "PartnerName"),
    *("PartnerCityLocation", "PartnerCountryLocation"),
)
LIN = "lin@contoso.example"


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with making(clock()) as work:
        made = make_organisation(work, "contoso")
        person = make_person(work, made, "Lin", LIN)
        person.number, person.mcid = "E-7", "MC1234"
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        make_certification(work, "basics", CertificationKind.FUNDAMENTALS, "AZ-900")
        return made.id


def sheet(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Sheet:
    return sheet_of(list(enumerate([headings, *rows], 1)), [])


def looked_at(clock: StillClock, place: UUID, *rows: tuple[str, ...]) -> list[str]:
    with making(clock()) as work:
        run = examine_transcripts(work.session, place, sheet(*rows), clock().date())
        return [" ".join([line.change.value, *map(str, line.faults)]) for line in run.lines]


def held(work: Work) -> list[tuple[str, str, str]]:
    found = list_held(work.session, [one.id for one in people(work)])
    return [(one.certification_key, str(one.earned_on), str(one.expires_on)) for one in found]


def people(work: Work) -> list[Person]:
    return work.session.query(Person).all()


def write(clock: StillClock, place: UUID, file: Sheet, *, good_rows: bool = False) -> int:
    with making(clock()) as work:
        return import_transcripts(work, place, file, good_rows=good_rows)


def test_a_file_is_written_once_and_the_second_time_changes_nothing_r2(
    clock: StillClock, place: UUID
) -> None:
    rows = (
        (LIN, "AZ-900", "2024-01-10", ""),
        ("E-7", "administrator", "2024-05-01", "2026-05-01"),
        ("MC1234", "AZ-104", "2025-06-01", ""),
    )
    assert looked_at(clock, place, *rows) == ["new"] * 3
    assert write(clock, place, sheet(*rows)) == 3
    with making(clock()) as work:
        assert held(work) == [
            ("administrator", "2024-05-01", "2026-05-01"),
            ("basics", "2024-01-10", "None"),
        ]
        found = list_passes(work.session, [one.id for one in people(work)])
        assert {one.source for one in found} == {PassSource.IMPORT}
    assert looked_at(clock, place, *rows) == ["same"] * 3
    assert write(clock, place, sheet(*rows)) == 0


def test_a_renewal_that_the_file_knows_moves_the_last_day_and_never_back_r3(
    clock: StillClock, place: UUID
) -> None:
    first = (LIN, "administrator", "2025-05-01", "")
    write(clock, place, sheet(first))
    later = (LIN, "administrator", "2025-05-01", "2027-05-01")
    assert looked_at(clock, place, later) == ["changed"]
    write(clock, place, sheet(later))
    assert looked_at(clock, place, first) == ["same"]
    write(clock, place, sheet(first))
    with making(clock()) as work:
        assert held(work) == [("administrator", "2025-05-01", "2027-05-01")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("nobody@x.example", "AZ-104", "2025-01-01", ""), "Nobody here is known"),
        ((LIN, "AZ-999", "2025-01-01", ""), "no such exam or certification"),
        ((LIN, "AZ-104", "2026-03-02", ""), "a day to come"),
        ((LIN, "AZ-104", "soon", ""), "year, month and day"),
        ((LIN, "administrator", "2025-05-01", "2026-06-01"), "not by its terms"),
        ((LIN, "administrator", "2025-04-01", ""), "held already since"),
    ],
)
def test_a_wrong_row_names_why_and_keeps_the_others_back(
    clock: StillClock, place: UUID, row: tuple[str, ...], why: str
) -> None:
    write(clock, place, sheet((LIN, "administrator", "2025-05-01", "")))
    good = (LIN, "AZ-900", "2024-01-10", "")
    told = looked_at(clock, place, good, row)
    assert told[0] == "new"
    assert told[1].startswith("wrong Row 3:")
    assert why in told[1]
    with pytest.raises(BadInput):
        write(clock, place, sheet(good, row))
    assert write(clock, place, sheet(good, row), good_rows=True) == 1


def test_the_training_export_is_read_as_it_is(clock: StillClock, place: UUID) -> None:
    def row(title: str, email: str, corp: str, day: str, until: str) -> tuple[str, ...]:
        who = ("Lin", "Li", email, corp)
        return (
            "1",
            "a",
            title,
            "Exam",
            *who,
            day,
            until,
            "Active",
            "3",
            "x",
            "",
            "2",
            "C",
            "T",
            "W",
        )

    rows = [
        row("Exam AZ-900: Basics", "lin@home.example", LIN, "1/10/2024 0:00", ""),
        row("Administrator", "lin@home.example", LIN, "5/1/2025", "5/1/2026"),
    ]
    with making(clock()) as work:
        file = sheet(*rows, headings=EXPORT)
        run = examine_transcripts(work.session, place, file, clock().date())
        assert [line.change for line in run.lines] == [Change.NEW] * 2
        import_transcripts(work, place, file)
        assert held(work) == [
            ("administrator", "2025-05-01", "2026-05-01"),
            ("basics", "2024-01-10", "None"),
        ]


@pytest.mark.parametrize("headings", [("E-mail", "Exam"), ("Exam", "Day")])
def test_a_file_without_a_needed_column_is_refused(
    clock: StillClock, place: UUID, headings: tuple[str, ...]
) -> None:
    with making(clock()) as work, pytest.raises(BadInput):
        file = sheet(("x", "y"), headings=headings)
        examine_transcripts(work.session, place, file, date(2026, 3, 1))
