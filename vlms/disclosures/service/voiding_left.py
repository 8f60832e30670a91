"""Makes void what is left of an export that should not have left (C6, C8)."""

from __future__ import annotations

from uuid import UUID

from vlms.audit.service import journal
from vlms.codes.models import Code
from vlms.codes.service.steps_together import lock_codes
from vlms.codes.service.voiding import void
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.queries import free_codes_of, get_export
from vlms.disclosures.service.conditions import read_reason

AT_ONCE = 1_000


def void_left(work: Work, export_id: UUID, reason: str | None) -> int:
    """Void those of its codes that are nobody's still, a thousand at once; how many.

    Raises Forbidden, BadInput without a reason, DisclosureRefused when none is left.
    """
    work.actor.require(Permission.VOID_CODES)
    export = get_export(work.session, export_id)
    why = read_reason(reason)
    left = free_codes_of(export.id, work.now).order_by(Code.id).limit(AT_ONCE)
    codes = lock_codes(work, left, waits=True)
    if not codes:
        raise DisclosureRefused(
            "C6",
            _("None of these codes is available any more."),
            reason="none_available",
            way_out=_("Codes that belong to somebody are replaced one by one."),
        )
    for code in codes:
        void(work, code.id, None, f"{export.number}: {why}"[:500])
    record = ("code_export", export.id, export.organisation_id)
    journal(work, "code_export.voided", record, after={"void_count": len(codes)}, reason=why)
    return len(codes)
