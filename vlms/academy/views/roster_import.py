"""Pages on which a roster is looked at and imported."""

from __future__ import annotations

import io
from uuid import UUID

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.academy.exports.roster_example import COLUMN_HINTS, example_table
from vlms.academy.forms.rosters import RosterFileForm, RosterForm
from vlms.academy.jobs import PURPOSE, plan_roster_import
from vlms.academy.roster_words import EFFECT_WORDS, KIND_WORDS
from vlms.academy.service.roster_import import plan_roster, require_sound
from vlms.academy.service.roster_plan import Plan
from vlms.academy.service.roster_reading import FIELDS, read_roster
from vlms.academy.service.roster_writing import may_import, write_plan
from vlms.academy.views.schools import schools
from vlms.accounts.service.limits import school_limit
from vlms.agreements.models import Agreement
from vlms.agreements.queries import get_agreement, list_agreements
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.uploads import Upload, drop_upload, get_upload, keep_upload
from vlms.core.work import Work
from vlms.jobs.importing import LONG_IMPORT
from vlms.jobs.notes import follow
from vlms.web.access import requires
from vlms.web.pages import send_table
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["schools"]
FAULTS_SHOWN = 200
Answer = str | Response | tuple[str, int]


def _agreements() -> list[Agreement]:
    """Those of this institution under which packs can be ordered (A1)."""
    own = UUID(str(g.workspace.organisation_id))
    found = list_agreements(db.session())
    return [one for one in found if one.organisation_id == own and one.programme.is_academic]


@schools.route("/import", methods=["GET", "POST"])
@requires(Permission.EDIT_ROSTERS)
def import_file() -> Answer:
    form = RosterFileForm()
    form.offer(_agreements())
    if form.validate_on_submit() and form.file.value is not None:
        try:
            read_roster(io.BytesIO(form.file.value[1]), form.file.value[0])
            with unit_of_work(form) as work:
                upload = _keep(work, form.agreement.value, form.file.value)
                work.location = url_for(".dry_run", upload_id=upload.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    page = render_template(
        "schools/import_file.html",
        form=form,
        has_any=bool(_agreements()),
        fields=FIELDS,
        hints=COLUMN_HINTS,
        is_limited=school_limit(db.session()) is not None,
    )
    return page, 422 if form.is_refused else 200


@schools.get("/import/example.<form>")
@requires(Permission.EDIT_ROSTERS)
def example(form: str) -> Response:
    """A plain list as an import understands it."""
    return send_table(example_table(g.now), "roster-example", form)


def _keep(work: Work, agreement_id: str, file: tuple[str, bytes]) -> Upload:
    may_import(work)
    owner = UUID(str(g.workspace.organisation_id))
    return keep_upload(work, PURPOSE, file, organisation_id=owner, remark=agreement_id)


@schools.route("/import/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_ROSTERS)
def dry_run(upload_id: UUID) -> Answer:
    """What the roster would change, kind by kind, and every line that is wrong."""
    form = RosterForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                upload = get_upload(work.session, upload_id, PURPOSE, (work.actor, work.now))
                agreement = get_agreement(work.session, UUID(upload.remark))
                plan = _plan(work, agreement, upload)
                good_rows = bool(form.good_rows.data)
                if not good_rows:
                    require_sound(plan)
                if plan.row_count > LONG_IMPORT:
                    planned = plan_roster_import(
                        work, upload, agreement.id, plan.row_count, good_rows=good_rows
                    )
                    work.location = follow(planned)
                    return redirect(work.location)
                write_plan(work, agreement, plan, upload.filename, good_rows=good_rows)
                drop_upload(work, upload)
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _done(plan))
    return _dry_run_page(upload_id, form)


def _plan(work: Work, agreement: Agreement, upload: Upload) -> Plan:
    roster = read_roster(upload.stream(), upload.filename)
    return plan_roster(work.session, agreement, roster, work.now)


def _done(plan: Plan) -> Text:
    if plan.is_empty:
        return _("The roster changes nothing: all of it is there already.")
    return ngettext(
        "%(number)s line of the roster is imported.",
        "%(number)s lines of the roster are imported.",
        plan.row_count,
    )


def _dry_run_page(upload_id: UUID, form: RosterForm) -> tuple[str, int]:
    session = db.session()
    upload = get_upload(session, upload_id, PURPOSE, (g.actor, g.now))
    agreement = get_agreement(session, UUID(upload.remark))
    roster = read_roster(upload.stream(), upload.filename)
    plan = plan_roster(session, agreement, roster, g.now)
    page = render_template(
        "schools/dry_run.html",
        form=form,
        plan=plan,
        agreement=agreement,
        filename=upload.filename,
        kinds=KIND_WORDS,
        effects=EFFECT_WORDS,
        most=FAULTS_SHOWN,
        is_limited=school_limit(session) is not None,
    )
    return page, 422 if form.is_refused else 200
