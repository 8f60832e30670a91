"""A3: course certificates for people of a school, in its own design, verified and revoked."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_certificates import DONE, make_certificates, make_course, picture
from tests.support.making_imagine import make_academic_shop, make_placed_person, make_school
from tests.support.making_orders import Shop
from tests.support.racing import race, winners
from vlms.academy.errors import AcademyRefused
from vlms.academy.exports.certificate_papers import papers_of
from vlms.academy.exports.certificates import write_certificates
from vlms.academy.models.benefits import CertificateDesign, Course, CourseCertificate
from vlms.academy.models.roster import ClassMember, ClassRole, SchoolClass
from vlms.academy.queries.courses import find_by_digest
from vlms.academy.rules.certificate_token import token_digest
from vlms.academy.service.certificates import (
    Completion,
    issue_certificates,
    revoke_certificate,
    token_of,
)
from vlms.academy.service.courses import CourseFacts, add_course, edit_course, end_course
from vlms.academy.service.designs import DesignFacts, find_design, save_design
from vlms.academy.service.pictures import read_picture
from vlms.accounts.models import Person, PlaceRole, School
from vlms.core import scope
from vlms.core.errors import BadInput, Conflict, Forbidden
from vlms.core.permissions import Role
from vlms.core.work import Actor


@dataclass(frozen=True)
class Scene:
    shop: Shop
    school: School
    other: School
    student: Person
    course: Course


def make_scene(clock: StillClock) -> Scene:
    with making(clock()) as work:
        shop = make_academic_shop(work)
        school, other = make_school(work, shop, "管理學院"), make_school(work, shop, "工學院")
        student = make_placed_person(work, shop, school, "王小明", PlaceRole.STUDENT)
        student.latin_name = "WANG, HSIAO-MING"
        course = make_course(work, shop)
    return Scene(shop, school, other, student, course)


def test_designs_saved_at_once_leave_one(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)

    def saving() -> bool:
        with making(clock()) as work:
            save_design(work, scene.shop.customer.id, scene.school.id, DesignFacts())
        return True

    assert winners(race(app, [saving] * 6))
    with making(clock()) as work:
        running = select(CertificateDesign.id).where(CertificateDesign.ended_at.is_(None))
        assert len(work.session.scalars(running).all()) == 1


def test_a_certificate_keeps_the_words_of_its_day(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        (made,) = make_certificates(work, scene.shop, scene.course, scene.school, scene.student)
    with making(clock.move(days=1)) as work:
        work.session.get_one(Person, scene.student.id).name = "王大明"
        edit_course(work, scene.course.id, CourseFacts("XL-1", "Other", "別的", 1))
    with making(clock()) as work:
        kept = work.session.get_one(CourseCertificate, made.id)
        assert (kept.number, kept.name, kept.latin_name) == (
            "C-2026-000001",
            "王小明",
            "WANG, HSIAO-MING",
        )
        assert (kept.title_zh, kept.hours, kept.school_name) == ("資料分析", 36, "管理學院")


def test_a_class_is_certified_at_once_and_nobody_twice(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        group = SchoolClass(
            organisation_id=scene.shop.customer.id, school_id=scene.school.id, title="1A"
        )
        work.session.add(group)
        work.flush()
        for number in range(40):
            person = make_placed_person(
                work, scene.shop, scene.school, f"Student {number}", PlaceRole.STUDENT
            )
            work.session.add(
                ClassMember(
                    organisation_id=scene.shop.customer.id,
                    school_id=scene.school.id,
                    class_id=group.id,
                    person_id=person.id,
                    role=ClassRole.STUDENT,
                )
            )
        work.flush()
        wanted = Completion(scene.course.id, scene.school.id, DONE, class_id=group.id)
        first = issue_certificates(work, scene.shop.customer.id, wanted)
        again = issue_certificates(work, scene.shop.customer.id, wanted)
    assert (len(first.certificates), first.known_count) == (40, 0)
    assert (len(again.certificates), again.known_count) == (0, 40)
    assert len({one.number for one in first.certificates}) == 40


def test_who_was_not_at_the_school_is_named_and_nobody_is_certified(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        stranger = make_placed_person(work, scene.shop, scene.other, "李大華", PlaceRole.STUDENT)
    with pytest.raises(AcademyRefused, match="李大華"), making(clock()) as work:
        make_certificates(work, scene.shop, scene.course, scene.school, scene.student, stranger)
    with making(clock()) as work:
        assert work.session.scalars(select(CourseCertificate)).all() == []


def test_a_day_to_come_and_an_ended_course_are_refused(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    tomorrow = clock().date() + timedelta(days=1)
    with pytest.raises(AcademyRefused) as refusal, making(clock()) as work:
        make_certificates(work, scene.shop, scene.course, scene.school, scene.student, on=tomorrow)
    assert refusal.value.reason == "completion_to_come"
    with making(clock()) as work:
        end_course(work, scene.course.id)
    later = clock.move(days=9)
    with pytest.raises(AcademyRefused) as refusal, making(later) as work:
        make_certificates(work, scene.shop, scene.course, scene.school, scene.student, on=tomorrow)
    assert refusal.value.reason == "course_ended"
    with making(later) as work:
        make_certificates(work, scene.shop, scene.course, scene.school, scene.student)


def test_a_revoked_certificate_is_not_printed_and_can_be_followed_by_a_new_one(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        (made,) = make_certificates(work, scene.shop, scene.course, scene.school, scene.student)
    with pytest.raises(BadInput), making(clock()) as work:
        revoke_certificate(work, made.id, " ")
    with making(clock()) as work:
        revoked = revoke_certificate(work, made.id, "entered by mistake")
        assert revoked.revoked_at == clock()
    with pytest.raises(Conflict), making(clock()) as work:
        revoke_certificate(work, made.id, "again")
    with making(clock()) as work:
        with pytest.raises(AcademyRefused):
            list(papers_of([revoked], work.keys.link, "https://x.example"))
        (second,) = make_certificates(work, scene.shop, scene.course, scene.school, scene.student)
        assert second.number == "C-2026-000002"


def test_its_secret_finds_a_certificate_and_no_other_does(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        (made,) = make_certificates(work, scene.shop, scene.course, scene.school, scene.student)
        token = token_of(work.keys.link, made)
        assert len(token) == 22
        found = find_by_digest(work.session, token_digest(token))
        assert found is not None
        assert found.id == made.id
        changed = ("A" if token[0] != "A" else "B") + token[1:]
        assert find_by_digest(work.session, token_digest(changed)) is None
        with pytest.raises(AcademyRefused):
            token_of(b"x" * 32, made)


def test_papers_keep_the_design_of_their_day(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    owner = scene.shop.customer.id
    with making(clock()) as work:
        first = DesignFacts("band", "School of Management", "林文山", "院長", picture(), b"")
        save_design(work, owner, scene.school.id, first)
        (made,) = make_certificates(work, scene.shop, scene.course, scene.school, scene.student)
    with making(clock.move(days=1)) as work:
        save_design(work, owner, scene.school.id, DesignFacts("plain", signer_name="陳新任"))
        known = find_design(work.session, scene.school.id)
        assert known is not None
        # A picture that is not sent again stays.
        assert (known.layout, known.has_logo, known.has_signature) == ("plain", True, False)
        (paper,) = papers_of([made], work.keys.link, "https://x.example")
    assert (paper.look.layout, paper.look.signer_name) == ("band", "林文山")
    out = io.BytesIO()
    write_certificates([paper], out)
    text = PdfReader(out).pages[0].extract_text()
    assert "王小明" in text
    assert "林文山" in text


def test_a_coordinator_certifies_and_changes_courses_of_their_school_alone(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    actor = Actor(
        "Cora", scene.shop.admin.id, scene.shop.customer.id, frozenset({Role.SCHOOL_COORDINATOR})
    )
    own = scope.Organisation(scene.shop.customer.id, school_ids=frozenset({scene.school.id}))
    with making(clock(), actor, own) as work:
        (made,) = make_certificates(work, scene.shop, scene.course, scene.school, scene.student)
        mine = add_course(
            work, scene.shop.customer.id, CourseFacts("M-1", "M", "管", None, scene.school.id)
        )
        end_course(work, mine.id)
    for school_id in (None, scene.other.id):
        with pytest.raises(Forbidden), making(clock(), actor, own) as work:
            facts = CourseFacts("X-9", "X", "別", None, school_id)
            add_course(work, scene.shop.customer.id, facts)
    with pytest.raises(Forbidden), making(clock(), actor, own) as work:
        end_course(work, scene.course.id)
    arts = scope.Organisation(scene.shop.customer.id, school_ids=frozenset({scene.other.id}))
    with making(clock(), actor, arts) as work:
        assert work.session.get(CourseCertificate, made.id) is None


def test_two_courses_do_not_share_a_code(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with pytest.raises(BadInput) as refusal, making(clock()) as work:
        make_course(work, scene.shop, scene.course.code)
    assert refusal.value.field == "code"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_made_anew(kind: str) -> None:
    body = picture(2_400, 800, kind) + b"<script>hidden</script>"
    kept = read_picture(body, "logo")
    assert b"hidden" not in kept
    with Image.open(io.BytesIO(kept)) as found:
        assert (found.format, found.size) == ("PNG", (1_200, 400))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"GIF89a" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:60],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
        picture(10, 10),
        picture(4_001, 40),
        picture() + b"\0" * (2 * 1024 * 1024),
    ],
    ids=["empty", "gif", "svg", "cut", "broken", "small", "wide", "heavy"],
)
def test_what_is_no_picture_for_a_certificate_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        read_picture(body, "logo")
