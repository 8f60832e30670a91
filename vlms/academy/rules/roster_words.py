"""The words of OneRoster 1.1, and what they mean here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vlms.accounts.rules.place_role import PlaceRole


class TermKind(StrEnum):
    """A kind of academic session."""

    SCHOOL_YEAR = "schoolYear"
    SEMESTER = "semester"
    TERM = "term"
    GRADING_PERIOD = "gradingPeriod"


class Mode(StrEnum):
    """What a file is: all there is, only what has changed, or not part of the roster."""

    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"


class Kind(StrEnum):
    """The files of a roster that are read, in the order in which they refer to each other."""

    ORGS = "orgs"
    SESSIONS = "academicSessions"
    COURSES = "courses"
    CLASSES = "classes"
    USERS = "users"
    ENROLLMENTS = "enrollments"


SCHOOL = "school"
ORG_TYPES = frozenset({"department", SCHOOL, "district", "local", "state", "national"})
CLASS_TYPES = frozenset({"homeroom", "scheduled"})
# Guardians and the like belong to no school: they are read and left out.
PLACE_ROLES: Mapping[str, PlaceRole | None] = {
    "student": PlaceRole.STUDENT,
    "teacher": PlaceRole.FACULTY,
    "administrator": PlaceRole.STAFF,
    "aide": PlaceRole.STAFF,
    "proctor": PlaceRole.STAFF,
    "guardian": None,
    "parent": None,
    "relative": None,
}
# Who only supervises a class is neither taught nor teaches there: left out.
MEMBER_ROLES = frozenset({"student", "teacher", "administrator", "proctor", "aide"})
MEMBERS = frozenset({"student", "teacher"})


@dataclass(frozen=True)
class FileSpec:
    """The columns of a file as OneRoster 1.1 names them; those in `required` are filled."""

    columns: tuple[str, ...]
    required: frozenset[str]


_FIRST = ("sourcedId", "status", "dateLastModified")


def _spec(required: str, optional: str) -> FileSpec:
    needed = ("sourcedId", *required.split())
    return FileSpec((*_FIRST, *required.split(), *optional.split()), frozenset(needed))


SPECS: Mapping[Kind, FileSpec] = {
    Kind.ORGS: _spec("name type", "identifier parentSourcedId"),
    Kind.SESSIONS: _spec("title type startDate endDate schoolYear", "parentSourcedId"),
    Kind.COURSES: _spec(
        "title orgSourcedId", "schoolYearSourcedId courseCode grades subjects subjectCodes"
    ),
    Kind.CLASSES: _spec(
        "title courseSourcedId classType schoolSourcedId termSourcedIds",
        "grades classCode location subjects subjectCodes periods",
    ),
    Kind.USERS: _spec(
        "enabledUser orgSourcedIds role username givenName familyName",
        "userIds middleName identifier email sms phone agentSourcedIds grades password",
    ),
    Kind.ENROLLMENTS: _spec(
        "classSourcedId schoolSourcedId userSourcedId role", "primary beginDate endDate"
    ),
}
MANIFEST = "manifest"
VERSIONS = {"manifest.version": "1.0", "oneroster.version": "1.1"}
# Files of a roster that hold nothing for this system.
OTHER_FILES = (
    "categories",
    "classResources",
    "courseResources",
    "demographics",
    "lineItems",
    "resources",
    "results",
)
SOURCES = ("source.systemName", "source.systemCode")
