"""The demo university's roster: two schools, three terms, four classes, as OneRoster files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

from vlms.demo.cast import SCHOOLS, Cast

TEACHER, TEACHER_NAME = "teacher@university.example", "林志遠"
# Title, its school by place, how many students, in which of the terms.
CLASSES = (
    ("資訊一甲", 0, 12, "t1"),
    ("資訊二甲", 0, 8, "t0,t1"),
    ("企管一甲", 1, 12, "t1"),
    ("企管二甲", 1, 8, "t1"),
)
# First and last day of each term, counted from the first run.
TERMS = {"t0": (-165, -42), "t1": (-35, 105), "t2": (115, 240)}
_FAMILY = (("王", "Wang"), ("李", "Li"), ("張", "Chang"), ("劉", "Liu"), ("陳", "Chen"))
_GIVEN = (
    ("怡君", "Yi-Chun"),
    ("宗翰", "Tsung-Han"),
    ("雅筑", "Ya-Chu"),
    ("冠宇", "Kuan-Yu"),
    ("詩涵", "Shih-Han"),
    ("承恩", "Cheng-En"),
    ("佳穎", "Chia-Ying"),
    ("柏翰", "Po-Han"),
)
_HEADINGS = {
    "orgs": "name,type,identifier,parentSourcedId",
    "academicSessions": "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "courses": "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes": (
        "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
        "termSourcedIds,subjects,subjectCodes,periods"
    ),
    "users": (
        "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,"
        "identifier,email,sms,phone,agentSourcedIds,grades,password"
    ),
    "enrollments": "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
}
_ABSENT = (
    "categories",
    "classResources",
    "courseResources",
    "demographics",
    "lineItems",
    "resources",
    "results",
)


@dataclass(frozen=True)
class Student:
    """Somebody in a class; every third has no address."""

    number: int
    class_number: int

    @property
    def _names(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return _FAMILY[self.number % len(_FAMILY)], _GIVEN[self.number % len(_GIVEN)]

    @property
    def name(self) -> str:
        return self._names[0][0] + self._names[1][0]

    @property
    def latin_name(self) -> str:
        return f"{self._names[1][1]} {self._names[0][1]}"

    @property
    def school(self) -> int:
        return CLASSES[self.class_number][1]

    @property
    def line(self) -> str:
        email = "" if self.number % 3 == 0 else f"s{self.number:03}@university.example"
        (family, _), (given, _) = self._names
        return (
            f"s{self.number:03},active,,true,school{self.school},student,s{self.number:03},,"
            f"{given},{family},,S{self.number:03},{email},,,,,"
        )


def students() -> list[Student]:
    found: list[Student] = []
    for class_number, (_title, _school, count, _terms) in enumerate(CLASSES):
        found += [Student(len(found) + number, class_number) for number in range(1, count + 1)]
    return found


def term_days(cast: Cast, key: str) -> tuple[date, date]:
    first, last = TERMS[key]
    return cast.day(first), cast.day(last)


def term_title(cast: Cast, key: str) -> str:
    first, _last = term_days(cast, key)
    return f"{first.year}/{first.month:02} 學期"


def roster_zip(cast: Cast) -> io.BytesIO:
    """The roster as its system would send it, with all files bulk."""
    lines = {
        "orgs": _orgs(),
        "academicSessions": _sessions(cast),
        "courses": ["c1,active,,,商用軟體應用,OA101,,school0,,"],
        "classes": _classes(),
        "users": _users(),
        "enrollments": _enrollments(),
    }
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("manifest.csv", _manifest())
        for name, rows in lines.items():
            heading = f"sourcedId,status,dateLastModified,{_HEADINGS[name]}"
            archive.writestr(f"{name}.csv", "\n".join([heading, *rows]) + "\n")
    out.seek(0)
    return out


def _manifest() -> str:
    modes = {**dict.fromkeys(_HEADINGS, "bulk"), **dict.fromkeys(_ABSENT, "absent")}
    lines = [
        "propertyName,value",
        "manifest.version,1.0",
        "oneroster.version,1.1",
        *(f"file.{name},{mode}" for name, mode in sorted(modes.items())),
        "source.systemName,Demo",
        "source.systemCode,demo",
    ]
    return "\n".join(lines) + "\n"


def _orgs() -> Iterator[str]:
    yield "uni,active,,示範科技大學,district,D0,"
    for number, name in enumerate(SCHOOLS):
        yield f"school{number},active,,{name},school,D{number + 1},uni"


def _sessions(cast: Cast) -> Iterator[str]:
    for key in TERMS:
        first, last = term_days(cast, key)
        yield f"{key},active,,{term_title(cast, key)},semester,{first},{last},,{last.year}"


def _classes() -> Iterator[str]:
    for number, (title, school, _count, terms) in enumerate(CLASSES):
        yield f'k{number},active,,{title},,c1,{title},scheduled,,school{school},"{terms}",,,'


def _users() -> Iterator[str]:
    yield f"f1,active,,true,school0,teacher,f1,,志遠,林,,T001,{TEACHER},,,,,"
    yield "f2,active,,true,school1,teacher,f2,,淑惠,許,,T002,hsu@university.example,,,,,"
    yield from (student.line for student in students())


def _enrollments() -> Iterable[str]:
    for number, (_title, school, _count, _terms) in enumerate(CLASSES):
        yield f"et{number},active,,k{number},school{school},f{school + 1},teacher,true,,"
    for one in students():
        yield (
            f"e{one.number},active,,k{one.class_number},school{one.school},s{one.number:03},"
            "student,false,,"
        )
