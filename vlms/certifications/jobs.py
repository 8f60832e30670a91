"""What the worker does for certifications: holders hear of their renewal windows (R5), and long
files of transcripts are imported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vlms.certifications.rules.renewal import ZONE
from vlms.certifications.service.telling import tell_windows
from vlms.certifications.service.transcript_import import Found, examine_transcripts
from vlms.certifications.service.transcript_writing import is_usable, write_run
from vlms.core.clock import local_day
from vlms.core.db import reading
from vlms.core.dry_run import DryRun
from vlms.core.packed_text import pack_text
from vlms.core.permissions import Permission
from vlms.core.text import _, ngettext
from vlms.core.uploads import Upload
from vlms.core.work import Work
from vlms.exports.reading import read_upload
from vlms.jobs.held import HeldJob
from vlms.jobs.importing import import_upload, plan_import
from vlms.jobs.models import Job
from vlms.jobs.worker import JobKind

IMPORT_TRANSCRIPTS = "certifications.import_transcripts"
PURPOSE = "transcripts"


def plan_transcript_import(
    work: Work, upload: Upload, what: tuple[UUID, int], *, good_rows: bool
) -> Job:
    """Plan the import of a kept file; `what` is whose it is and its number of rows.

    Raises Forbidden, Conflict while it is being imported.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    organisation_id, row_count = what
    title = _("Import the transcripts %(file)s", file=upload.filename)
    facts = {"organisation_id": str(organisation_id), "good_rows": good_rows}
    return plan_import(work, IMPORT_TRANSCRIPTS, upload, facts, title=title, total=row_count)


def _import(held: HeldJob) -> None:
    asker = held.asker
    assert asker is not None
    organisation_id = UUID(held.facts["organisation_id"])

    def read(upload: Upload) -> DryRun[Found]:
        today = local_day(held.clock(), ZONE)
        with reading(asker.scope) as session:
            sheet = read_upload(upload)
            run = examine_transcripts(session, organisation_id, sheet, today)
        if not held.facts["good_rows"] or not is_usable(run):
            run.require_sound()
        return run

    def write(work: Work, _upload: Upload, run: DryRun[Found]) -> dict[str, Any]:
        count = write_run(work, run)
        told = ngettext("%(number)s row is imported.", "%(number)s rows are imported.", count)
        return {
            "count": count,
            "summary": pack_text(told),
            "endpoint": "certifications.index",
            "values": {},
            "label": pack_text(_("Open the certifications")),
        }

    import_upload(held, PURPOSE, read, write)


def _tell(held: HeldJob) -> None:
    tell_windows(held.work)


CERTIFICATION_JOBS: tuple[JobKind, ...] = (
    JobKind(IMPORT_TRANSCRIPTS, _import),
    JobKind("certifications.tell_windows", _tell, every_seconds=3600),
)
