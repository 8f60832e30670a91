"""Makes a record of one school for each kind of id in addresses, for those who may not see it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.support.making_academy import (
    MOS_EXAM,
    Academy,
    make_pack,
    make_quota,
    make_site,
)
from tests.support.making_catalog import make_product
from tests.support.making_schools import make_class, make_sitting
from vlms.academy.models.benefits import BenefitRequest, BenefitRequestState
from vlms.academy.models.packs import Pack, QuotaRequest, QuotaRequestState
from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.service.certificates import Completion, issue_certificates
from vlms.academy.service.courses import CourseFacts, add_course
from vlms.accounts.models import SavedView
from vlms.catalog.models import ProductKind
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.jobs.service import plan_asked

CANARY = "黃鶯"

# Members of other organisations, and the one whose records they ask for.
STRANGERS = (
    "admin@contoso.example",
    "finance@contoso.example",
    "partner@contoso.example",
    "admin@university.example",
)


def make_foreign(work: Work, made: Academy) -> dict[str, UUID]:
    """A record of management for each kind of id in addresses, the canary in its words."""
    school, person = made.management, made.other_student
    own = {"organisation_id": made.organisation.id, "school_id": school.id}
    person.name = school.name = CANARY
    quota, on = make_quota(work, made.pack, school, 40), work.now + timedelta(days=2)
    site = make_site(work, made.organisation, CANARY, school_id=school.id)
    held = make_class(work, school, CANARY, person)
    sitting = make_sitting(work, made, quota, "S-000009", on, school_id=school.id, room=CANARY)
    course = add_course(work, made.organisation.id, CourseFacts("C", "Course", "課程", 36, None))
    done = Completion(course.id, school.id, date(2026, 1, 5), [person.id])
    (certificate,) = issue_certificates(work, made.organisation.id, done).certificates
    imagine = make_product(work, "imagine", ProductKind.IMAGINE_ACADEMY, units=30)
    grant = make_pack(work, made.agreement, imagine, 30)
    rows = _requests_and_seat(work, made, sitting, grant)
    work.session.add_all(rows.values())
    job = plan_asked(work, "nothing", "another school", {}, title=_(CANARY), total=1)
    assert job is not None
    job.organisation_id, job.asked_by = own["organisation_id"], made.other_coordinator.id
    work.flush()
    return {
        **{name: row.id for name, row in rows.items()},
        "request_id": rows["quota_request_id"].id,
        "quota_id": quota.id,
        "site_id": site.id,
        "class_id": held.id,
        "sitting_id": sitting.id,
        "school_id": school.id,
        "person_id": person.id,
        "job_id": job.id,
        "upload_id": new_id(),
        "course_id": course.id,
        "certificate_id": certificate.id,
        "pack_id": made.pack.id,
        "term_id": made.term.id,
        "agreement_id": made.agreement.id,
        "product_id": made.product.id,
    }


def _requests_and_seat(work: Work, made: Academy, sitting: Sitting, grant: Pack) -> dict[str, Any]:
    """What the school asked for, one of its seats, and a view that its coordinator keeps."""
    own = {"organisation_id": made.organisation.id, "school_id": made.management.id}
    bound = {**own, "agreement_id": made.agreement.id, "pack_id": made.pack.id}
    asker = {"asked_by": made.other_coordinator.id, "asked_at": work.now}
    person = made.other_student
    return {
        "quota_request_id": QuotaRequest(
            **bound, **asker, state=QuotaRequestState.OPEN, asked_count=7, reason=CANARY
        ),
        "benefit_request_id": BenefitRequest(
            **{**bound, "pack_id": grant.id},
            **asker,
            benefit_key="moac",
            person_id=person.id,
            state=BenefitRequestState.ASKED,
            note=CANARY,
        ),
        "seat_id": ExamSeat(
            **own,
            agreement_id=made.agreement.id,
            sitting_id=sitting.id,
            quota_id=sitting.quota_id,
            person_id=person.id,
            exam_number=MOS_EXAM,
            starts_at=sitting.starts_at,
            state=SeatState.RESERVED,
        ),
        "view_id": SavedView(
            organisation_id=own["organisation_id"],
            user_id=made.other_coordinator.id,
            endpoint="people.index",
            name=CANARY,
            asked="left=0",
        ),
    }
