"""Makes courses and certificates."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image

from tests.support.making_orders import Shop
from vlms.academy.models.benefits import Course, CourseCertificate
from vlms.academy.service.certificates import Completion, issue_certificates
from vlms.academy.service.courses import CourseFacts, add_course
from vlms.accounts.models import Person, School
from vlms.core.work import Work

DONE = date(2026, 2, 27)


def make_course(work: Work, shop: Shop, code: str = "XL-1", school: School | None = None) -> Course:
    facts = CourseFacts(
        code, "Data analysis", "資料分析", 36, None if school is None else school.id
    )
    return add_course(work, shop.customer.id, facts)


def make_certificates(
    work: Work, shop: Shop, course: Course, school: School, *people: Person, on: date = DONE
) -> list[CourseCertificate]:
    wanted = Completion(course.id, school.id, on, [person.id for person in people])
    return issue_certificates(work, shop.customer.id, wanted).certificates


def picture(width: int = 300, height: int = 100, kind: str = "PNG") -> bytes:
    """A picture file with a colour in it."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#1450a0").save(out, kind)
    return out.getvalue()
