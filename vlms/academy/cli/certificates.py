"""`vlms academy courses` and `vlms academy certificates`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.exports.certificate_papers import papers_of
from vlms.academy.exports.certificates import write_certificates
from vlms.academy.layout_keys import LAYOUT_WORDS, USUAL_LAYOUT
from vlms.academy.models.benefits import Course, CourseCertificate
from vlms.academy.models.roster import SchoolClass
from vlms.academy.queries.courses import (
    CertificateFilter,
    find_certificate,
    find_course,
    list_certificates,
    list_courses,
)
from vlms.academy.service.badges import badge_jwt
from vlms.academy.service.certificates import Completion, issue_certificates, revoke_certificate
from vlms.academy.service.courses import CourseFacts, add_course, edit_course, end_course
from vlms.academy.service.designs import DesignFacts, save_design
from vlms.accounts.cli.values import json_option, organisation_named, person_named, school_named
from vlms.accounts.models import Organisation
from vlms.core.commands import (
    SCOPE,
    Read,
    command_work,
    print_rows,
    watched,
    with_app,
    written,
)
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_day, read_text, read_whole, shown
from vlms.core.text import _
from vlms.core.work import key_ring

_institution = click.option("--organisation", "slug", required=True)
_code = click.argument("code", type=Read(read_text(60), _("Course code")))
_TITLE = Read(read_text(200), _("Title"))
_DAY = Read(read_day, _("Completed on"))
_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
_picture = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("courses")
def courses() -> None:
    """Courses whose completion is certified."""


@courses.command("list")
@_institution
@click.option("--running", is_flag=True, help="Only those that have not ended.")
@json_option
@with_app
def list_all(slug: str, running: bool, as_json: bool) -> None:
    """The courses of an institution, by code."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        rows = [
            _course_row(one)
            for one in list_courses(session, running=running)
            if one.organisation_id == owner.id
        ]
    print_rows(rows, as_json=as_json)


def _course_row(course: Course) -> dict[str, Any]:
    return {
        "code": course.code,
        "title_en": course.title_en,
        "title_zh": course.title_zh,
        "hours": course.hours,
        "school": course.school.name if course.school else None,
        "ended_at": course.ended_at,
    }


@courses.command("add")
@_code
@_institution
@click.option("--title-en", type=_TITLE, required=True)
@click.option("--title-zh", type=_TITLE, required=True)
@click.option("--hours", type=Read(read_whole(1, 10_000), _("Hours")))
@click.option("--school", help="Its name; without it, all schools.")
@with_app
def add(slug: str, school: str | None, **facts: Any) -> None:
    """Enter a course."""
    with command_work() as work:
        owner = organisation_named(work.session, slug)
        school_id = school_named(work.session, owner.id, school) if school else None
        add_course(work, owner.id, CourseFacts(**facts, school_id=school_id))
    click.echo(f"Course {facts['code']} is entered.")


@courses.command("edit")
@_code
@_institution
@click.option("--title-en", type=_TITLE)
@click.option("--title-zh", type=_TITLE)
@click.option("--hours", type=Read(read_whole(1, 10_000), _("Hours")))
@with_app
def edit(slug: str, code: str, **changes: Any) -> None:
    """Change what is said of a course; what was certified keeps its words."""
    with command_work() as work:
        course = _course(work.session, slug, code)
        told = {name: value for name, value in changes.items() if value is not None}
        before = {name: getattr(course, name) for name in ("title_en", "title_zh", "hours")}
        facts = CourseFacts(code, school_id=course.school_id, **{**before, **told})
        edit_course(work, course.id, facts)
    click.echo(f"Course {code} is changed.")


@courses.command("end")
@_code
@_institution
@with_app
def end(slug: str, code: str) -> None:
    """Take a course from the catalogue."""
    with command_work() as work:
        end_course(work, _course(work.session, slug, code).id)
    click.echo(f"Course {code} has ended.")


@click.group("certificates")
def certificates() -> None:
    """Course-completion certificates: issue, print, badge, revoke."""


@certificates.command("list")
@_institution
@click.option("--search", "words", help="Of a name or number.")
@click.option("--course", "code", help="Only of this course.")
@json_option
@with_app
def list_issued(slug: str, as_json: bool, **narrowed: str | None) -> None:
    """Certificates of an institution, by number."""
    with reading(SCOPE) as session:
        rows = [_row(one) for one in _found(session, slug, **narrowed)]
    print_rows(rows, as_json=as_json)


@certificates.command("issue")
@click.argument("code", metavar="COURSE")
@_institution
@click.option("--school", required=True, help="Its name.")
@click.option("--class", "title", help="All students of this class on that day.")
@click.option("--person", "people", multiple=True, metavar="NUMBER|EMAIL")
@click.option("--completed-on", "day", type=_DAY, required=True)
@json_option
@with_app
def issue(code: str, slug: str, school: str, day: date, as_json: bool, **whom: Any) -> None:
    """Certify that people completed a course."""
    with command_work() as work:
        owner = organisation_named(work.session, slug)
        school_id = school_named(work.session, owner.id, school)
        wanted = Completion(
            _course(work.session, slug, code).id,
            school_id,
            day,
            [person_named(work.session, owner.id, who).id for who in whom["people"]],
            _class_id(work.session, school_id, whom["title"]),
        )
        issued = issue_certificates(work, owner.id, wanted)
        rows = [_row(one) for one in issued.certificates]
    print_rows(rows, as_json=as_json)


@certificates.command("papers")
@_file
@_institution
@click.option("--search", "words", help="Of a name or number.")
@click.option("--course", "code", help="Only of this course.")
@with_app
def papers(file: Path, slug: str, **narrowed: str | None) -> None:
    """Write the valid ones into FILE, one PDF, a page each."""
    with reading(SCOPE) as session:
        found = _found(session, slug, **narrowed)
        drawn = list(papers_of(found, key_ring().link, _base_url()))
    with written(file) as out:
        write_certificates(watched("Drawing", drawn), out)
    click.echo(f"{len(drawn)} certificates are in {file.name}.")


@certificates.command("badge")
@click.argument("number")
@_institution
@with_app
def badge(number: str, slug: str) -> None:
    """The Open Badges 3.0 credential of a certificate, signed."""
    with reading(SCOPE) as session:
        click.echo(badge_jwt(_certificate(session, slug, number), key_ring(), _base_url()))


@certificates.command("revoke")
@click.argument("number")
@click.argument("reason")
@_institution
@with_app
def revoke(number: str, reason: str, slug: str) -> None:
    """Declare a certificate void from now on."""
    with command_work() as work:
        revoke_certificate(work, _certificate(work.session, slug, number).id, reason)
    click.echo(f"Certificate {number} is revoked.")


@certificates.command("design")
@click.argument("school")
@_institution
@click.option("--layout", type=click.Choice(list(LAYOUT_WORDS)), default=USUAL_LAYOUT)
@click.option("--latin-school-name", default="")
@click.option("--latin-institution-name", default="")
@click.option("--signer-name", default="")
@click.option("--signer-title", default="")
@click.option("--logo", type=_picture, help="PNG or JPEG.")
@click.option("--signature", type=_picture, help="PNG or JPEG.")
@with_app
def design(school: str, slug: str, logo: Path | None, signature: Path | None, **words: str) -> None:
    """How a school's certificates look from now on; pictures that are not given stay."""
    with command_work() as work:
        owner = organisation_named(work.session, slug)
        school_id = school_named(work.session, owner.id, school)
        facts = DesignFacts(
            **words,
            logo=logo.read_bytes() if logo else None,
            signature=signature.read_bytes() if signature else None,
        )
        save_design(work, owner.id, school_id, facts)
    click.echo(f"New certificates of {school} look like this.")


def _found(
    session: Session, slug: str, words: str | None = None, code: str | None = None
) -> list[CourseCertificate]:
    owner: Organisation = organisation_named(session, slug)
    course_id = _course(session, slug, code).id if code else None
    found = list_certificates(session, CertificateFilter(words, course_id))
    return [one for one in found if one.organisation_id == owner.id]


def _row(certificate: CourseCertificate) -> dict[str, Any]:
    return {
        "number": certificate.number,
        "name": certificate.name,
        "latin_name": certificate.latin_name,
        "school": certificate.school_name,
        "title": certificate.title_en,
        "completed_on": certificate.completed_on,
        "revoked_at": certificate.revoked_at,
    }


def _course(session: Session, slug: str, code: str) -> Course:
    found = find_course(session, organisation_named(session, slug).id, code)
    if found is None:
        raise NotFound(None, _("There is no course %(code)s.", code=shown(code)))
    return found


def _certificate(session: Session, slug: str, number: str) -> CourseCertificate:
    found = find_certificate(session, organisation_named(session, slug).id, number)
    if found is None:
        raise NotFound(None, _("There is no certificate %(number)s.", number=shown(number)))
    return found


def _class_id(session: Session, school_id: UUID, title: str | None) -> UUID | None:
    if title is None:
        return None
    statement = select(SchoolClass).where(
        SchoolClass.school_id == school_id, SchoolClass.title == title
    )
    found = session.scalar(statement.limit(1))
    if found is None:
        raise NotFound(None, _("There is no class %(title)s.", title=shown(title)))
    return found.id


def _base_url() -> str:
    return str(current_app.config["SETTINGS"].base_url).rstrip("/")
