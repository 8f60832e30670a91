"""Each line of a roster damaged in turn: every damage is told by file, line and field."""

from __future__ import annotations

import csv

import pytest

from tests.support.rosters import bulk, delta, read
from vlms.academy.rules.roster_links import Known, check_links
from vlms.academy.rules.roster_words import SPECS, Kind

FILES = bulk()
PLACES = [
    (file, number)
    for file, text in FILES.items()
    for number in range(1, len(text.splitlines()) + 1)
]
ROWS = [(file, number) for file, number in PLACES if number > 1]


def faults(files: dict[str, str]) -> list[tuple[str, int, str]]:
    roster = read(files)
    check_links(roster, Known())
    return [(fault.file, fault.line, fault.field) for fault in roster.sorted_faults()]


def values_of(file: str, number: int) -> dict[str, str]:
    lines = FILES[file].splitlines()
    headers, values = next(csv.reader([lines[0]])), next(csv.reader([lines[number - 1]]))
    return dict(zip(headers, values, strict=True))


def with_line(file: str, number: int, line: str) -> dict[str, str]:
    lines = FILES[file].splitlines()
    lines[number - 1] = line
    return {**FILES, file: "\n".join(lines) + "\n"}


def with_value(file: str, number: int, field: str, value: str) -> dict[str, str]:
    values = values_of(file, number) | {field: value}
    line = ",".join(f'"{one}"' if "," in one else one for one in values.values())
    return with_line(file, number, line)


def test_the_sample_itself_is_sound() -> None:
    assert faults(dict(FILES)) == []


@pytest.mark.parametrize(("file", "number"), PLACES)
@pytest.mark.parametrize("line", ["###", ",,", "\x07", 'a,"b', "a,b,c,d,e,f\ufffe,g"])
def test_a_line_of_rubbish_is_told(file: str, number: int, line: str) -> None:
    found = faults(with_line(file, number, line))
    assert (file, number) in {(one, place) for one, place, _field in found}
    assert all(field for _file, _line, field in found)


@pytest.mark.parametrize(("file", "number"), ROWS)
def test_every_value_that_cannot_be_read_is_told(file: str, number: int) -> None:
    for field in values_of(file, number):
        for value in ("\x07", "\ud800", 'x"', "x" * 40_000):
            damaged = with_value(file, number, field, value)
            if value == 'x"':
                damaged = with_value(file, number, field, '"x')
            damaged = {name: _raw(text) for name, text in damaged.items()}
            assert (file, number, field) in faults(damaged)


def _raw(text: str) -> str:
    """Lone surrogates as the bytes of another encoding."""
    return text.replace("\ud800", "\x80")


@pytest.mark.parametrize(("file", "number"), [one for one in ROWS if one[0] != "manifest.csv"])
def test_every_value_that_is_needed_is_missed(file: str, number: int) -> None:
    spec = SPECS[Kind(file.removesuffix(".csv"))]
    for field in spec.required:
        assert (file, number, field) in faults(with_value(file, number, field, ""))


@pytest.mark.parametrize(("file", "number"), ROWS)
def test_a_line_that_stands_twice_is_told(file: str, number: int) -> None:
    line = FILES[file].splitlines()[number - 1]
    found = faults(with_line(file, number, f"{line}\n{line}"))
    assert found == [(file, number + 1, "propertyName" if file == "manifest.csv" else "sourcedId")]


@pytest.mark.parametrize("file", [file for file in FILES if file != "manifest.csv"])
def test_every_heading_that_is_called_otherwise_is_told(file: str) -> None:
    headings = FILES[file].splitlines()[0].split(",")
    for place, heading in enumerate(headings):
        other = [*headings[:place], f"{heading}X", *headings[place + 1 :]]
        found = faults(with_line(file, 1, ",".join(other)))
        assert {(one, line) for one, line, _field in found} == {(file, 1)}
        assert f"{heading}X" in {field for _file, _line, field in found}


@pytest.mark.parametrize("file", [file for file in FILES if file != "manifest.csv"])
@pytest.mark.parametrize("change", ["cut", "turned round"])
def test_headings_that_do_not_fit_the_lines_are_told(file: str, change: str) -> None:
    headings = FILES[file].splitlines()[0].split(",")
    other = headings[:-1] if change == "cut" else headings[::-1]
    found = faults(with_line(file, 1, ",".join(other)))
    assert {(one, line) for one, line, _field in found} == {(file, 1)}


@pytest.mark.parametrize(
    ("file", "number", "field", "value"),
    [
        ("orgs.csv", 3, "type", "college"),
        ("orgs.csv", 3, "status", "perhaps"),
        ("orgs.csv", 3, "dateLastModified", "yesterday"),
        ("orgs.csv", 3, "parentSourcedId", "nobody"),
        ("academicSessions.csv", 3, "type", "trimester"),
        ("academicSessions.csv", 3, "startDate", "2026-02-30"),
        ("academicSessions.csv", 3, "startDate", "01/09/2026"),
        ("academicSessions.csv", 3, "endDate", "2026-08-31"),
        ("academicSessions.csv", 3, "parentSourcedId", "nobody"),
        ("academicSessions.csv", 3, "schoolYear", "115學年"),
        ("courses.csv", 2, "orgSourcedId", "nobody"),
        ("courses.csv", 2, "schoolYearSourcedId", "nobody"),
        ("classes.csv", 2, "courseSourcedId", "nobody"),
        ("classes.csv", 2, "schoolSourcedId", "nobody"),
        ("classes.csv", 2, "schoolSourcedId", "uni"),
        ("classes.csv", 2, "termSourcedIds", "t1,nobody"),
        ("classes.csv", 2, "classType", "club"),
        ("users.csv", 2, "enabledUser", "maybe"),
        ("users.csv", 2, "role", "wizard"),
        ("users.csv", 2, "orgSourcedIds", "law,nobody"),
        ("users.csv", 2, "orgSourcedIds", "uni"),
        ("users.csv", 2, "email", "not an address"),
        ("users.csv", 4, "email", "S1@Uni.example"),
        ("users.csv", 3, "identifier", "B01"),
        ("enrollments.csv", 2, "classSourcedId", "nobody"),
        ("enrollments.csv", 2, "schoolSourcedId", "art"),
        ("enrollments.csv", 2, "userSourcedId", "nobody"),
        ("enrollments.csv", 3, "userSourcedId", "s1"),
        ("enrollments.csv", 2, "role", "wizard"),
        ("enrollments.csv", 2, "primary", "perhaps"),
        ("enrollments.csv", 2, "beginDate", "2026-9-1"),
        ("enrollments.csv", 3, "endDate", "2026-08-31"),
        ("manifest.csv", 2, "value", "2.0"),
        ("manifest.csv", 3, "value", "1.2"),
        ("manifest.csv", 4, "value", "some"),
        ("manifest.csv", 4, "value", "absent"),
        ("manifest.csv", 5, "value", "bulk_"),
        ("manifest.csv", 4, "propertyName", "file.academicsessions"),
    ],
)
def test_values_that_do_not_fit_are_told(file: str, number: int, field: str, value: str) -> None:
    assert (file, number, field) in faults(with_value(file, number, field, value))


@pytest.mark.parametrize(
    ("file", "number", "bad", "reference"),
    [
        ("orgs.csv", 3, ("type", "college"), "parentSourcedId"),
        ("academicSessions.csv", 3, ("startDate", "01/09/2026"), "parentSourcedId"),
        ("courses.csv", 2, ("title", ""), "orgSourcedId"),
        ("classes.csv", 2, ("classType", "club"), "schoolSourcedId"),
        ("classes.csv", 2, ("title", ""), "termSourcedIds"),
        ("users.csv", 2, ("email", "not an address"), "orgSourcedIds"),
        ("users.csv", 2, ("role", "wizard"), "orgSourcedIds"),
        ("enrollments.csv", 2, ("role", "wizard"), "userSourcedId"),
        ("enrollments.csv", 2, ("beginDate", "2026-9-1"), "classSourcedId"),
    ],
)
def test_all_that_is_wrong_with_a_line_is_told(
    file: str, number: int, bad: tuple[str, str], reference: str
) -> None:
    headings, *_lines = FILES[file].splitlines()
    one = with_value(file, number, reference, "nobody")[file].splitlines()[number - 1]
    place = headings.split(",").index(bad[0])
    values = one.split(",")
    values[place] = bad[1]
    found = faults(with_line(file, number, ",".join(values)))
    assert sorted(found) == sorted([(file, number, bad[0]), (file, number, reference)])


def test_what_refers_to_a_faulty_line_has_no_fault_of_its_own() -> None:
    damaged = with_value("users.csv", 2, "role", "wizard")
    assert faults(damaged) == [("users.csv", 2, "role")]
    damaged = with_value("orgs.csv", 3, "type", "college")
    assert faults(damaged) == [("orgs.csv", 3, "type")]


def test_a_file_whose_headings_cannot_be_told_spoils_no_other() -> None:
    headings = FILES["users.csv"].splitlines()[0].replace("role", "Role")
    found = faults(with_line("users.csv", 1, headings))
    assert {(file, line) for file, line, _field in found} == {("users.csv", 1)}


def test_a_file_the_manifest_promises_but_the_zip_lacks_is_told() -> None:
    without = {file: text for file, text in FILES.items() if file != "classes.csv"}
    assert {(file, field) for file, _line, field in faults(without)} >= {("manifest.csv", "value")}
    nothing = {file: text for file, text in FILES.items() if file != "manifest.csv"}
    assert faults(nothing) == [("manifest.csv", 1, "propertyName")]


def test_lines_of_a_delta_tell_their_status_and_when() -> None:
    line = "s9,,,true,law,student,s9,,Nine,Student,,,,,,,,"
    found = faults(delta({"users.csv": [line]}))
    assert ("users.csv", 2, "status") in found
    assert ("users.csv", 2, "dateLastModified") in found
