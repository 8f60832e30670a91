"""Moving in: the template, the dry run of the workbook, the signature, what was signed."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, g, render_template, request, send_file
from flask_babel import force_locale
from werkzeug.wrappers import Response

from vlms.accounts.views.subject import subject, subject_address, subject_argument
from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.language import LANGUAGE_NAMES, Language
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.uploads import Upload, drop_upload, get_upload
from vlms.core.work import Work, key_ring
from vlms.exports.table import Column, Kind, Table
from vlms.jobs.notes import follow
from vlms.planning.forms.moving_in import SignForm, WorkbookForm
from vlms.planning.opening_job import is_long, plan_signing
from vlms.planning.opening_paper import state_word, states_in_words
from vlms.planning.opening_template import template_tables
from vlms.planning.opening_words import ACTION_WORDS, COLUMN_WORDS
from vlms.planning.queries.openings import get_opening, list_opening_orders, search_openings
from vlms.planning.rules.opening_sheets import TITLES, SheetKey
from vlms.planning.service.opening_examining import examine_opening
from vlms.planning.service.opening_files import Workbook, keep_opening, open_kept
from vlms.planning.service.opening_plan import PURPOSE, OpeningPlan, SheetFault
from vlms.planning.service.opening_signing import paper_of, require_buyer, sign_opening
from vlms.web.access import requires
from vlms.web.locales import current_language
from vlms.web.pages import TYPES, listing, send_book, send_table
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

moving_in = Blueprint("moving_in", __name__, url_prefix="/o/<organisation>/moving-in")
add_words(ACTION_WORDS, COLUMN_WORDS)
Answer = str | Response | tuple[str, int]
FAULTS_SHOWN = 200


@moving_in.route("/", methods=["GET", "POST"])
@requires(Permission.MOVE_IN)
def index() -> Answer:
    """What was signed so far, the template, and the workbook to look at."""
    form, organisation = WorkbookForm(), subject()
    is_buyer = organisation.kind.value in ("customer", "academic")
    if form.validate_on_submit() and form.file.value is not None:
        try:
            require_buyer(organisation)
            opening = Workbook(*form.file.value).opening(organisation.id)
            with unit_of_work(form) as work:
                kept = keep_opening(work, opening, g.workspace.organisation_id)
                work.location = subject_address(".check", upload_id=kept.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    page = render_template(
        "moving_in/index.html",
        form=form,
        subject=organisation,
        of=subject_argument(),
        is_buyer=is_buyer,
        languages=LANGUAGE_NAMES,
        found=search_openings(
            db.session(), organisation.id if is_buyer else None, listing("-signed")
        ),
    )
    return page, 422 if form.is_refused else 200


@moving_in.get("/template.xlsx")
@requires(Permission.MOVE_IN)
def template() -> Response:
    """The workbook to be filled in, in the language that the address asks for."""
    wanted = request.args.get("language", "")
    language = Language(wanted) if wanted in set(Language) else current_language()
    with force_locale(language.value):
        return send_book(template_tables(g.now), f"moving-in-{language.value}")


def _kept(upload_id: UUID) -> Upload:
    return get_upload(db.session(), upload_id, PURPOSE, (g.actor, g.now))


def _plan(upload_id: UUID) -> tuple[Upload, OpeningPlan]:
    """The kept workbook and what signing it would do."""
    kept = _kept(upload_id)
    opening = open_kept(key_ring(), kept)
    plan = examine_opening(db.session(), key_ring(), opening.organisation_id, opening.sheets, g.now)
    return kept, plan


@moving_in.route("/check/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.MOVE_IN)
def check(upload_id: UUID) -> Answer:
    """What each row would do, sums and conservation; then the signature."""
    form = SignForm()
    kept, plan = _plan(upload_id)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                _sign(work, upload_id, plan, mails=bool(form.mails.data))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    faults = plan.faults
    page = render_template(
        "moving_in/check.html",
        form=form,
        plan=plan,
        faults=faults[:FAULTS_SHOWN],
        fault_count=len(faults),
        sums=plan.sums(),
        states_in_words=states_in_words,
        filename=kept.filename,
        upload_id=upload_id,
        of=subject_argument(),
        subject=subject(),
    )
    return page, 422 if form.is_refused else 200


def _sign(work: Work, upload_id: UUID, plan: OpeningPlan, *, mails: bool) -> None:
    """A short workbook at once, a long one by a job."""
    upload = get_upload(work.session, upload_id, PURPOSE, (work.actor, work.now))
    if is_long(plan):
        work.location = follow(plan_signing(work, upload, plan, mails=mails))
        return
    balance = sign_opening(work, open_kept(work.keys, upload, mails=mails))
    drop_upload(work, upload)
    work.location = subject_address(".show", opening_id=balance.id)


_FAULT_COLUMNS: tuple[Column[SheetFault], ...] = (
    Column(_("Sheet"), lambda one: str(one.title)),
    Column(_("Row"), lambda one: one.fault.row, Kind.INTEGER),
    Column(_("Column"), lambda one: str(one.label) if one.label else None),
    Column(_("What is wrong"), lambda one: str(one.fault.sentence)),
    Column(_("What would be right"), lambda one: str(one.fault.way_out or "")),
)


@moving_in.get("/check/<uuid:upload_id>/faults.<form>")
@requires(Permission.MOVE_IN)
def faults(upload_id: UUID, form: str) -> Response:
    """Everything that is wrong, as a list."""
    table = Table(_("What has to be put right"), _FAULT_COLUMNS, _plan(upload_id)[1].faults, g.now)
    return send_table(table, "moving-in-faults", form)


@moving_in.get("/<uuid:opening_id>")
@requires(Permission.MOVE_IN)
def show(opening_id: UUID) -> str:
    """What was brought along, and who signed it."""
    balance = get_opening(db.session(), opening_id)
    return render_template(
        "moving_in/show.html",
        balance=balance,
        titles={key.value: TITLES[key] for key in SheetKey},
        orders=list_opening_orders(db.session(), opening_id),
        state_word=state_word,
        entries=journal_of(balance.id),
        of=subject_argument(),
        back=subject_address(".index"),
    )


@moving_in.get("/<uuid:opening_id>/paper.pdf")
@requires(Permission.MOVE_IN)
def paper(opening_id: UUID) -> Response:
    """The signed paper, byte for byte as it was made."""
    balance = get_opening(db.session(), opening_id)
    return send_file(
        io.BytesIO(paper_of(key_ring(), balance)),
        mimetype=TYPES["pdf"],
        as_attachment=True,
        download_name=f"opening-balance-{balance.opened_on.isoformat()}.pdf",
    )
