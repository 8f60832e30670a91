"""Somebody else's skills report with a row of nobody known: for the ids in addresses."""

from __future__ import annotations

from uuid import UUID

from tests.support.making_skills_reports import make_report
from vlms.accounts.models import Organisation
from vlms.core.work import Work


def make_foreign_report(work: Work, owner_id: UUID) -> dict[str, UUID]:
    owner = work.session.get_one(Organisation, owner_id)
    report, row = make_report(work, owner, "宏遠科技")
    return {"skills_report_id": report.id, "reported_skill_id": row.id}
