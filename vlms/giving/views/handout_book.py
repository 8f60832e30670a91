"""Pages of a handout's workbook: downloaded with row ids, filled in, compared, taken over."""

from __future__ import annotations

from uuid import UUID

from flask import g, render_template
from werkzeug.wrappers import Response

from vlms.codes.views.blueprint import made_at
from vlms.core.db import db
from vlms.core.dry_run import DryRun
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import ngettext
from vlms.core.uploads import drop_upload, get_upload
from vlms.core.work import key_ring
from vlms.exports.reading import read_upload
from vlms.giving.exports.handout_book import book_table
from vlms.giving.forms.handouts import BookForm
from vlms.giving.models.handouts import Handout
from vlms.giving.queries.handouts import list_rows
from vlms.giving.service.handout_book import PURPOSE, RowChange, compare_book, take_book
from vlms.giving.views.handout_results import handouts
from vlms.giving.views.handouts import Answer, own_handout, page_of
from vlms.web.access import requires
from vlms.web.dry_runs import dry_run_page, kept_for_dry_run
from vlms.web.forms import Form
from vlms.web.pages import send_table
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["handouts"]


@handouts.get("/<uuid:handout_id>/workbook.xlsx")
@requires(Permission.ASSIGN_CODES)
def workbook(handout_id: UUID) -> Response:
    """Every row with its id, what can be filled in, and what became of it."""
    handout = own_handout(handout_id)
    rows = list_rows(db.session(), handout.id)
    return send_table(book_table(rows, key_ring(), made_at()), "handout", "xlsx")


@handouts.route("/<uuid:handout_id>/workbook", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def upload(handout_id: UUID) -> Answer:
    """Take the workbook back; nothing changes before the difference was looked at."""
    handout, session = own_handout(handout_id), db.session()
    form = BookForm()
    kept = kept_for_dry_run(
        form,
        PURPOSE,
        lambda sheet: compare_book(session, key_ring(), handout, sheet),
        ".compare",
        values={"handout_id": handout.id},
    )
    if kept is not None:
        return kept
    page = render_template("handouts/upload.html", form=form, handout=handout)
    return page, 422 if form.is_refused else 200


@handouts.route("/<uuid:handout_id>/workbook/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def compare(handout_id: UUID, upload_id: UUID) -> Answer:
    """What the workbook would change, row by row; then the change."""
    form = Form()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                file = get_upload(work.session, upload_id, PURPOSE, (work.actor, work.now))
                own = own_handout(handout_id, work.session)
                run = compare_book(work.session, work.keys, own, read_upload(file))
                count = take_book(work, own, run)
                drop_upload(work, file)
                work.location = page_of(own)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            done = ngettext("%(number)s row was changed.", "%(number)s rows were changed.", count)
            return answer(work, done)
    handout = own_handout(handout_id)
    run = _compared(handout, upload_id)
    return dry_run_page("handouts/compare.html", form, run, handout=handout)


def _compared(handout: Handout, upload_id: UUID) -> DryRun[RowChange]:
    session = db.session()
    file = get_upload(session, upload_id, PURPOSE, (g.actor, g.now))
    return compare_book(session, key_ring(), handout, read_upload(file))
