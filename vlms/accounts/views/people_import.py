"""Pages on which a list of people is looked at, its columns put right, and imported."""

from __future__ import annotations

from uuid import UUID

from flask import g, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.accounts.bound import list_bound
from vlms.accounts.import_exports import bad_rows_table, import_rows_table, why_of
from vlms.accounts.import_forms import ColumnsForm, ImportForm, PeopleFileForm
from vlms.accounts.import_models import PeopleImportRow
from vlms.accounts.import_queries import (
    RowFilter,
    count_changes,
    count_rows,
    get_import,
    list_imports,
    list_rows,
    search_rows,
)
from vlms.accounts.jobs import plan_people_import
from vlms.accounts.models import Organisation
from vlms.accounts.people_columns import FIELDS
from vlms.accounts.queries import get_organisation
from vlms.accounts.service.limits import school_limit
from vlms.accounts.service.people_import import (
    LIMITS,
    PURPOSE,
    PeoplePlan,
    columns_of,
    examine_people,
    remember_columns,
)
from vlms.accounts.service.people_inviting import invite_import, may_invite_people
from vlms.accounts.service.people_writing import Source, import_now
from vlms.accounts.views.people import people
from vlms.accounts.views.subject import subject, subject_address, subject_argument
from vlms.core.db import db
from vlms.core.dry_run import Change
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.uploads import Upload, drop_upload, get_upload
from vlms.core.work import Work
from vlms.exports.mapping import FromColumn
from vlms.exports.reading import read_upload
from vlms.exports.sheets import Sheet
from vlms.exports.table import Table
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.jobs.importing import LONG_IMPORT
from vlms.jobs.notes import follow
from vlms.web.access import requires
from vlms.web.dry_runs import CHANGE_WORDS, dry_run_page, kept_for_dry_run
from vlms.web.pages import listing, send_table, wanted
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

__all__ = ["people"]
MISSING_SHOWN = 200
Answer = str | Response | tuple[str, int]

add_words(
    {
        "people.columns_chosen": _("Columns of lists of people chosen"),
        "people.import_begun": _("Import of people begun"),
        "people.import_finished": _("Import of people finished"),
        "people.imported": _("Imported from a list"),
    },
    {
        "columns": _("Columns"),
        "row_count": _("Rows"),
        "left_count": _("Marked as leavers"),
        "finished_at": _("Finished"),
    },
)


@people.route("/import", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def import_file() -> Answer:
    form, organisation = PeopleFileForm(), subject()
    kept = kept_for_dry_run(
        *(form, PURPOSE, lambda sheet: sheet, ".import_dry_run"),
        limits=LIMITS,
        values=subject_argument(),
    )
    if kept is not None:
        return kept
    page = render_template(
        "people/import_file.html",
        form=form,
        subject=organisation,
        of=subject_argument(),
        fields=FIELDS,
        imports=list_imports(db.session(), organisation.id, most=10),
        is_limited=school_limit(db.session()) is not None,
    )
    return page, 422 if form.is_refused else 200


def _kept(upload_id: UUID) -> tuple[Upload, Sheet]:
    upload = get_upload(db.session(), upload_id, PURPOSE, (g.actor, g.now))
    return upload, read_upload(upload, LIMITS)


@people.route("/import/<uuid:upload_id>/columns", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def import_columns(upload_id: UUID) -> Answer:
    """Which column holds what: as it was guessed, to be put right, and remembered."""
    upload, sheet = _kept(upload_id)
    organisation = subject()
    mapping = columns_of(db.session(), organisation.id, sheet.headers)
    guessed = {
        key: sheet.headers[source.place]
        for key, source in mapping.items()
        if isinstance(source, FromColumn)
    }
    form = ColumnsForm(data=guessed)
    form.offer(sheet.headers)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                remember_columns(work, organisation.id, sheet.headers, form.chosen())
                work.location = subject_address(".import_dry_run", upload_id=upload_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Lists with this heading are read so from now on."))
    page = render_template(
        "people/import_columns.html",
        form=form,
        filename=upload.filename,
        back=subject_address(".import_file"),
        examples=sheet.rows[:3],
        headers=sheet.headers,
    )
    return page, 422 if form.is_refused else 200


@people.route("/import/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def import_dry_run(upload_id: UUID) -> Answer:
    """What each row would do; who is missing in the list may be ticked as leaver."""
    upload, sheet = _kept(upload_id)
    organisation = subject()
    try:
        plan = examine_people(db.session(), organisation.id, sheet)
    except DomainError:
        # A column is not found: it is asked for.
        return redirect(subject_address(".import_columns", upload_id=upload_id))
    form = ImportForm()
    form.offer(plan.missing)
    if form.validate_on_submit():
        source = Source(organisation.id, upload.filename, sheet)
        try:
            with unit_of_work(form) as work:
                _import(work, upload_id, source, plan, form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    return _dry_run_page(form, plan, upload, organisation)


def _import(
    work: Work, upload_id: UUID, source: Source, plan: PeoplePlan, form: ImportForm
) -> None:
    """A short list at once, a long one by a job that goes on in pieces."""
    upload = get_upload(work.session, upload_id, PURPOSE, (work.actor, work.now))
    good_rows, leavers = bool(form.good_rows.data), form.chosen()
    if form.invites.data:
        may_invite_people(work)
    if len(source.sheet.rows) > LONG_IMPORT:
        plan.require_usable(good_rows=good_rows)
        job = plan_people_import(work, upload, source, leavers, invites=bool(form.invites.data))
        work.location = follow(job)
        return
    done = import_now(work, source, good_rows=good_rows, leavers=leavers)
    if form.invites.data:
        invite_import(work, done.id)
    drop_upload(work, upload)
    shown = ".import_sign_ins" if form.invites.data else ".import_result"
    work.location = subject_address(shown, import_id=done.id)


def _dry_run_page(
    form: ImportForm, plan: PeoplePlan, upload: Upload, organisation: Organisation
) -> tuple[str, int]:
    shown = plan.missing[:MISSING_SHOWN]
    return dry_run_page(
        "people/import_dry_run.html",
        form,
        plan.run,
        plan=plan,
        missing=shown,
        bound=list_bound(db.session(), [one.id for one in shown], g.now),
        filename=upload.filename,
        upload_id=upload.id,
        subject=organisation,
        of=subject_argument(),
    )


@people.get("/import/<uuid:upload_id>/bad-rows.<form>")
@requires(Permission.EDIT_PEOPLE)
def import_bad(upload_id: UUID, form: str) -> Response:
    """The rows that are wrong, as they came, each with the reason beside it."""
    _upload, sheet = _kept(upload_id)
    run = examine_people(db.session(), subject().id, sheet).run
    wrong = [
        (line.number, line.shown, " ".join(str(fault) for fault in line.faults))
        for line in run.lines
        if line.change is Change.WRONG
    ]
    return send_table(bad_rows_table(run.headings, wrong, g.now), "people-bad-rows", form)


@people.get("/imports/<uuid:import_id>")
@requires(Permission.VIEW_PEOPLE)
def import_result(import_id: UUID) -> str:
    """What became of each row."""
    session = db.session()
    done = get_import(session, import_id)
    change = _change()
    return render_template(
        "people/import_result.html",
        done=done,
        subject=get_organisation(session, done.organisation_id),
        of=subject_argument(),
        counts=count_changes(session, import_id),
        found=search_rows(session, RowFilter(import_id, change), listing("number")),
        change=change,
        words=RESULT_WORDS,
        why_of=why_of,
    )


RESULT_WORDS = {**CHANGE_WORDS, Change.WRONG: _("Left out")}


def _change() -> Change | None:
    named = wanted("change") or ""
    return Change(named) if named in set(Change) else None


@people.get("/imports/rows.<form>")
@requires(Permission.VIEW_PEOPLE)
def import_rows(form: str) -> Response:
    return send_or_plan(IMPORT_ROWS, form)


def _row_filter() -> RowFilter:
    """The import that the address names. Raises NotFound."""
    try:
        import_id = UUID(wanted("import") or "")
    except ValueError:
        import_id = UUID(int=0)
    return RowFilter(get_import(db.session(), import_id).id, _change())


def _rows_table(session: Session) -> Table[PeopleImportRow]:
    found = list_rows(session, _row_filter())
    return import_rows_table(found, RESULT_WORDS, g.now)


IMPORT_ROWS = add_export(
    Export(
        "people_import_rows",
        _("What became of each row"),
        lambda session: count_rows(session, _row_filter()),
        _rows_table,
        lambda: "people-import-result",
    )
)
