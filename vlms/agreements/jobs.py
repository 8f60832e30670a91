"""The jobs of agreements: long lists of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vlms.agreements.service.agreement_import import import_agreements
from vlms.agreements.service.changing_reseller import do_change, list_due_changes
from vlms.core.packed_text import pack_text
from vlms.core.text import _, ngettext
from vlms.core.uploads import Upload
from vlms.core.work import Work
from vlms.exports.reading import read_upload
from vlms.exports.sheets import Sheet
from vlms.jobs.held import HeldJob
from vlms.jobs.importing import import_upload, plan_import
from vlms.jobs.models import Job
from vlms.jobs.worker import JobKind

IMPORT_AGREEMENTS = "agreements.import"
PURPOSE = "agreements"


def plan_agreements(work: Work, upload: Upload, row_count: int, own_id: UUID | None) -> Job:
    """Plan the import of a kept list; `own_id` is the only organisation it may concern.

    Raises Conflict while it is being imported.
    """
    title = _("Import the agreements of %(file)s", file=upload.filename)
    facts = {"own_id": str(own_id) if own_id else None}
    return plan_import(work, IMPORT_AGREEMENTS, upload, facts, title=title, total=row_count)


def _import(held: HeldJob) -> None:
    own_id = UUID(held.facts["own_id"]) if held.facts["own_id"] else None

    def write(work: Work, _upload: Upload, sheet: Sheet) -> dict[str, Any]:
        count = len(import_agreements(work, sheet, own_id))
        done = ngettext(
            "%(number)s agreement is imported.", "%(number)s agreements are imported.", count
        )
        return {
            "count": count,
            "summary": pack_text(done),
            "endpoint": "agreements.index",
            "values": {},
            "label": pack_text(_("Open the agreements")),
        }

    import_upload(held, PURPOSE, read_upload, write)


def _change_resellers(held: HeldJob) -> None:
    with held.work() as work:
        due = list_due_changes(work)
    for change_id in due:
        with held.work() as work:
            do_change(work, change_id)


AGREEMENT_JOBS = (
    JobKind(IMPORT_AGREEMENTS, _import),
    JobKind("agreements.change_resellers", _change_resellers, every_seconds=60),
)
