"""The page on which the publisher's invoices of a file are recorded."""

from __future__ import annotations

from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.reading import read_day
from vlms.core.text import _, ngettext
from vlms.reconciliation.queries.files import get_file
from vlms.reconciliation.queries.publisher_papers import papers_in
from vlms.reconciliation.service.publisher_papers import record_papers
from vlms.reconciliation.views.files import files
from vlms.web.access import requires
from vlms.web.forms import DayField, Form
from vlms.web.unit_of_work import answer, unit_of_work


class PapersForm(Form):
    """The one thing that the file does not tell."""

    invoiced_on = DayField(_("Day of the invoices"), read_day)


@files.route("/<uuid:file_id>/invoices", methods=["GET", "POST"])
@requires(Permission.RECONCILE)
def papers(file_id: UUID) -> str | Response | tuple[str, int]:
    form = PapersForm(data={"invoiced_on": g.now.date().isoformat()})
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                count = record_papers(work, file_id, form.invoiced_on.value)
                work.location = url_for("publisher_invoices.index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(
                work,
                ngettext(
                    "%(number)s invoice is recorded.", "%(number)s invoices are recorded.", count
                ),
            )
    page = render_template(
        "files/papers.html",
        form=form,
        file=get_file(db.session(), file_id),
        found=papers_in(db.session(), file_id),
    )
    return page, 422 if form.is_refused else 200
