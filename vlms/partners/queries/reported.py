"""What the last imported monthly report says of where people's skills are associated (K2, K5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.partners.models.skills_reports import ReportedSkill, SkillsReport
from vlms.partners.rules.report_rows import ReportKind, training_key

# Whether it is associated in PMC, and in PC; None: the report does not say.
Associated = tuple[bool | None, bool | None]
# By person, and by the number or the title of what was passed, folded.
Reported = Mapping[tuple[UUID, str], Associated]
UNKNOWN: Associated = (None, None)


def associated_in(session: Session, organisation_id: UUID) -> Reported:
    """By the newest skills report; of what stands there twice the later. Empty without one."""
    newest = (
        select(SkillsReport.id)
        .where(
            SkillsReport.organisation_id == organisation_id,
            SkillsReport.kind == ReportKind.SKILLS,
        )
        .order_by(SkillsReport.month.desc())
        .limit(1)
    )
    one = ReportedSkill
    rows = (
        select(one.person_id, one.training_id, one.title, one.in_pmc, one.in_pc)
        .where(one.report_id.in_(newest), one.person_id.is_not(None))
        .order_by(one.completed_on)
    )
    found: dict[tuple[Any, str], Associated] = {}
    for person_id, number, title, in_pmc, in_pc in session.execute(rows):
        for key in {training_key(number, title), training_key(None, title)}:
            found[person_id, key] = (in_pmc, in_pc)
    return found


def said_of(found: Reported, person_id: UUID, number: str, title: str) -> Associated:
    """What a report says of an exam or a certification, by its number, else by its title."""
    keys = (training_key(number, title), training_key(None, title))
    return next((found[person_id, key] for key in keys if (person_id, key) in found), UNKNOWN)
