"""Somebody else's export of codes, for the addresses that name one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import RoleGrant
from vlms.core.language import Language
from vlms.core.work import Work
from vlms.disclosures.models import CodeExport, ExportState


def make_foreign_disclosure(work: Work, owner_id: UUID) -> dict[str, UUID]:
    theirs = select(RoleGrant.user_id).where(RoleGrant.organisation_id == owner_id).limit(1)
    export = CodeExport(
        organisation_id=owner_id,
        number="X-900001",
        state=ExportState.WAITING,
        form="csv",
        language=Language.ENGLISH,
        asked={},
        code_count=1,
        reason="宏遠科技",
        asked_by=work.session.scalars(theirs).one(),
        asked_at=work.now,
        decide_until=work.now + timedelta(days=1),
    )
    work.session.add(export)
    work.flush()
    return {"export_id": export.id}
