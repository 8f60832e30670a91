"""Pages on which a list of agreements is looked at and imported."""

from __future__ import annotations

import io
from uuid import UUID

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.agreements.forms import AgreementFileForm, ConfirmForm
from vlms.agreements.jobs import PURPOSE, plan_agreements
from vlms.agreements.service.agreement_import import examine_agreements, import_agreements
from vlms.agreements.service.entering import may_add
from vlms.agreements.views.blueprint import agreements
from vlms.agreements.views.pages import is_operator, may_enter
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import ngettext
from vlms.core.uploads import drop_upload, get_upload, keep_upload
from vlms.exports.reading import read_rows, read_upload
from vlms.jobs.importing import LONG_IMPORT
from vlms.jobs.notes import follow
from vlms.web.access import requires
from vlms.web.dry_runs import dry_run_page
from vlms.web.unit_of_work import answer, unit_of_work


def _own_id() -> UUID | None:
    """The organisation that the file may concern; None: any, for the operator."""
    return None if is_operator() else UUID(str(g.workspace.organisation_id))


@agreements.route("/import", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def import_file() -> str | Response | tuple[str, int]:
    form = AgreementFileForm()
    if form.validate_on_submit() and form.file.value is not None:
        try:
            _look_at(*form.file.value)
            with unit_of_work(form) as work:
                may_add(work)
                upload = keep_upload(
                    work, PURPOSE, form.file.value, organisation_id=_own_id(), remark=""
                )
                work.location = url_for(".dry_run", upload_id=upload.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    page = render_template("agreements/import_file.html", form=form, may_enter=may_enter())
    return page, 422 if form.is_refused else 200


def _look_at(filename: str, body: bytes) -> None:
    """Raises BadInput for a file that no dry run can be made of."""
    examine_agreements(db.session(), read_rows(io.BytesIO(body), filename), _own_id())


@agreements.route("/import/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def dry_run(upload_id: UUID) -> str | Response | tuple[str, int]:
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                upload = get_upload(work.session, upload_id, PURPOSE, (work.actor, work.now))
                sheet = read_upload(upload)
                if len(sheet.rows) > LONG_IMPORT:
                    may_add(work)
                    examine_agreements(work.session, sheet, _own_id()).require_sound()
                    planned = plan_agreements(work, upload, len(sheet.rows), _own_id())
                    work.location = follow(planned)
                    return redirect(work.location)
                written = import_agreements(work, sheet, _own_id())
                drop_upload(work, upload)
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(
                work,
                ngettext(
                    "%(number)s agreement is imported.",
                    "%(number)s agreements are imported.",
                    len(written),
                ),
            )
    return _dry_run_page(upload_id, form)


def _dry_run_page(upload_id: UUID, form: ConfirmForm) -> tuple[str, int]:
    upload = get_upload(db.session(), upload_id, PURPOSE, (g.actor, g.now))
    sheet = read_upload(upload)
    run = examine_agreements(db.session(), sheet, _own_id())
    return dry_run_page(
        "agreements/dry_run.html",
        form,
        run,
        filename=upload.filename,
        ignored_sheets=sheet.ignored_sheets,
    )
