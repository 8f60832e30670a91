"""What the journal keeps of statements that left."""

from __future__ import annotations

from uuid import UUID

from vlms.audit.service import journal
from vlms.billing.queries.statements import Statement
from vlms.core.work import Work


def tell_of_export(work: Work, organisation_id: UUID, statement: Statement, form: str) -> None:
    """Who took which days, up to which cut-off, in which format, with how many rows (F12)."""
    wanted = statement.wanted
    facts = {
        "period": f"{wanted.first.isoformat()}/{wanted.last.isoformat()}",
        "cut_off": wanted.cut_off_at.isoformat(),
        "file_format": form,
        "row_count": len(statement.lines),
    }
    record = ("organisation", organisation_id, organisation_id)
    journal(work, "statement.exported", record, after=facts)
