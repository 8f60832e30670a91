"""Pages that take monthly figures in: a dry run first (K3)."""

from __future__ import annotations

from uuid import UUID

from flask import g, url_for
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.dry_run import DryRun
from vlms.core.permissions import Permission
from vlms.core.text import Text, ngettext
from vlms.core.work import Work
from vlms.exports.sheets import Sheet
from vlms.partners.forms.competencies import FiguresForm
from vlms.partners.rules.figure_rows import FigureRow
from vlms.partners.service.competency_figures import examine_figures, import_figures
from vlms.partners.service.competency_notes import note_standings
from vlms.partners.views.competencies import competencies
from vlms.web.access import requires
from vlms.web.dry_runs import dry_run_of, file_page

__all__ = ["competencies"]
PURPOSE = "competency_figures"


@competencies.route("/figures", methods=["GET", "POST"])
@requires(Permission.EDIT_COMPETENCIES)
def import_file() -> Response | tuple[str, int]:
    return file_page("competencies/import_file.html", FiguresForm(), PURPOSE, _examine)


@competencies.route("/figures/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_COMPETENCIES)
def dry_run(upload_id: UUID) -> Response | tuple[str, int]:
    return dry_run_of("competencies/dry_run.html", (PURPOSE, upload_id), _examine, _take)


def _examine(sheet: Sheet) -> DryRun[FigureRow]:
    return examine_figures(db.session(), g.workspace.organisation_id, sheet)


def _take(work: Work, sheet: Sheet) -> Text:
    owner_id = g.workspace.organisation_id
    count = import_figures(work, owner_id, sheet)
    note_standings(work, owner_id)
    work.location = url_for(".index")
    return ngettext("%(number)s figure is written.", "%(number)s figures are written.", count)
