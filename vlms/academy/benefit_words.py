"""Names of states and acts of Imagine Academy for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.benefits import benefits
from vlms.academy.layout_keys import LAYOUT_WORDS
from vlms.academy.models.benefits import BenefitRequestState, Course
from vlms.core.text import Text, _
from vlms.web.words import add_names, add_words

REQUEST_WORDS: dict[BenefitRequestState, Text] = {
    BenefitRequestState.ASKED: _("Waiting for the programme"),
    BenefitRequestState.GRANTED: _("Granted"),
    BenefitRequestState.REFUSED: _("Refused"),
}


def _names_of_courses(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.scalars(select(Course).where(Course.id.in_(keys)))
    return {course.id: course.code for course in found}


add_words(
    {
        "order.brought": _("Placed by the system at no charge"),
        "pack.granted": _("Imagine Academy grant arrived"),
        "pack.withdrawn": _("Grant ended with its order"),
        "benefit.opened": _("Benefit opened"),
        "benefit.asked": _("Discount asked for"),
        "benefit.granted": _("Discount granted"),
        "benefit.refused": _("Discount refused"),
        "benefit.revealed": _("Discount code shown"),
        "benefit.text_removed": _("Text of the discount code removed"),
        "course.added": _("Course entered"),
        "course.edited": _("Course changed"),
        "course.ended": _("Course ended"),
        "certificate.issued": _("Certificate issued"),
        "certificate.revoked": _("Certificate revoked"),
        "certificate_design.saved": _("Look of certificates changed"),
    },
    {
        "benefit_key": _("Benefit"),
        "course_id": _("Course"),
        "completed_on": _("Completed on"),
        "revoked_at": _("Revoked"),
        "title_en": _("Title in English"),
        "title_zh": _("Title in Chinese"),
        "hours": _("Hours"),
        "layout": _("Layout"),
        "latin_school_name": _("The school's name in Latin letters"),
        "latin_institution_name": _("The institution's name in Latin letters"),
        "signer_name": _("Who signs"),
        "signer_title": _("Title of who signs"),
        "has_logo": _("Logo"),
        "has_signature": _("Signature"),
        "quota_count": _("Quota"),
        "last4": _("Last four"),
        "code_last4": _("Last four"),
        "answer": _("Answer"),
        "note": _("Note"),
    },
    {
        "benefit_request.state": REQUEST_WORDS,
        "benefit_key": {one.key: one.name for one in benefits()},
        "layout": LAYOUT_WORDS,
    },
)
add_names(course_id=_names_of_courses)
