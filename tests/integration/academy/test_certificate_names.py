"""A3: which names a certificate bears: the institution's, the school's, the person's."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import (
    Academy,
    make_academy,
    make_place,
    make_quota,
    make_seats,
)
from tests.support.making_certificates import DONE, make_certificates, make_course
from tests.support.making_imagine import make_academic_shop, make_placed_person, make_school
from vlms.academy.exports.certificate_papers import papers_of
from vlms.academy.models.benefits import CourseCertificate
from vlms.academy.service.certificates import Completion, issue_certificates
from vlms.academy.service.courses import CourseFacts, add_course
from vlms.academy.service.designs import DesignFacts, save_design
from vlms.accounts.models import Organisation, Person, PlaceRole
from vlms.core.work import Work


def test_a_certificate_names_the_institution_as_it_was_called(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work)
        owner = shop.customer.id
        school = make_school(work, shop, "管理學院")
        student = make_placed_person(work, shop, school, "王小明", PlaceRole.STUDENT)
        facts = DesignFacts("band", latin_institution_name="Demo University")
        save_design(work, owner, school.id, facts)
        called = work.session.get_one(Organisation, owner).name
        (made,) = make_certificates(work, shop, make_course(work, shop), school, student)
    with making(clock()) as work:
        work.session.get_one(Organisation, owner).name = "Another name"
    with making(clock()) as work:
        kept = work.session.get_one(CourseCertificate, made.id)
        (paper,) = papers_of([kept], work.keys.link, "https://x.example")
    assert (paper.institution_name, paper.latin_institution_name) == (called, "Demo University")


def test_without_a_latin_name_the_legal_one_of_the_last_exam_is_written(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
        make_place(work, academy.law, "Nina Nameless").latin_name = None
        academy.student.latin_name = None
        seats = make_seats(work, academy, make_quota(work, academy.pack, academy.law, 5), 2)
        seats[0].legal_name, seats[1].legal_name = "STUDENT, SAM", None
    with academy.coordinating(clock()) as work:
        course = add_course(
            work, academy.organisation.id, CourseFacts("M-1", "M", "管", None, academy.law.id)
        )
        found = issue_certificates(
            work,
            academy.organisation.id,
            Completion(course.id, academy.law.id, DONE, list_ids(work, academy)),
        )
    told = {one.name: one.latin_name for one in found.certificates}
    assert told == {
        "Sam Student": "STUDENT, SAM",
        "Fay Faculty": "Fay Faculty",
        "Nina Nameless": "",
    }


def list_ids(work: Work, academy: Academy) -> list[UUID]:
    at_law = select(Person.id).where(Person.school_id == academy.law.id)
    return list(work.session.scalars(at_law))
