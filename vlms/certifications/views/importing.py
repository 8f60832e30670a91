"""Pages on which a file of passed exams and certifications is looked at and imported."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import g, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.certifications.forms.importing import TranscriptFileForm, TranscriptImportForm
from vlms.certifications.jobs import PURPOSE, plan_transcript_import
from vlms.certifications.rules.renewal import ZONE
from vlms.certifications.service.transcript_import import Found, examine_transcripts
from vlms.certifications.service.transcript_writing import import_transcripts, is_usable
from vlms.certifications.views.certifications import certifications
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.dry_run import DryRun
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, ngettext
from vlms.core.uploads import drop_upload, get_upload
from vlms.core.work import Work
from vlms.exports.reading import read_upload
from vlms.exports.sheets import Sheet
from vlms.jobs.importing import LONG_IMPORT
from vlms.jobs.notes import follow
from vlms.web.access import requires
from vlms.web.dry_runs import dry_run_page, file_page
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["certifications"]
Answer = str | Response | tuple[str, int]


@certifications.route("/import", methods=["GET", "POST"])
@requires(Permission.EDIT_CERTIFICATIONS)
def import_file() -> Answer:
    form, page = TranscriptFileForm(), "certifications/import_file.html"
    examine = partial(_examine, db.session())
    return file_page(page, form, PURPOSE, examine, ".import_dry_run")


@certifications.route("/import/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_CERTIFICATIONS)
def import_dry_run(upload_id: UUID) -> Answer:
    """What each row would do; nothing is written before it is wanted."""
    form = TranscriptImportForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                told = _take(work, upload_id, good_rows=bool(form.good_rows.data))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, told)
    upload = get_upload(db.session(), upload_id, PURPOSE, (g.actor, g.now))
    sheet = read_upload(upload)
    run = _examine(db.session(), sheet)
    return dry_run_page(
        *("certifications/import_dry_run.html", form, run),
        filename=upload.filename,
        ignored_sheets=sheet.ignored_sheets,
        is_usable=is_usable(run),
    )


def _take(work: Work, upload_id: UUID, *, good_rows: bool) -> Text | None:
    """A short file at once, a long one by a job; what to say of it."""
    upload = get_upload(work.session, upload_id, PURPOSE, (work.actor, work.now))
    sheet = read_upload(upload)
    if len(sheet.rows) > LONG_IMPORT:
        run = _examine(work.session, sheet)
        if not good_rows or not is_usable(run):
            run.require_sound()
        planned = plan_transcript_import(
            work, upload, (_place(), len(sheet.rows)), good_rows=good_rows
        )
        work.location = follow(planned)
        return None
    count = import_transcripts(work, _place(), sheet, good_rows=good_rows)
    drop_upload(work, upload)
    work.location = url_for(".index")
    return ngettext("%(number)s row is imported.", "%(number)s rows are imported.", count)


def _examine(session: Session, sheet: Sheet) -> DryRun[Found]:
    return examine_transcripts(session, _place(), sheet, local_day(g.now, ZONE))


def _place() -> UUID:
    return UUID(str(g.workspace.organisation_id))
