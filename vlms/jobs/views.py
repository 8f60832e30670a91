"""Pages of jobs: how far they are, what came of them, and how to stop them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.core.db import db, reading
from vlms.core.errors import DomainError
from vlms.core.packed_text import unpack_text
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.exports.table import Column, Kind, Table
from vlms.jobs.cancelling import ask_to_stop
from vlms.jobs.export_files import check_taking
from vlms.jobs.files import read_file
from vlms.jobs.models import ENDED, Job, JobState
from vlms.jobs.notes import tell_ended
from vlms.jobs.queries import (
    SILENCE,
    find_file,
    get_job,
    list_jobs,
    sees_others_jobs,
    worker_seen_at,
)
from vlms.jobs.words import ACTION_WORDS, title_of, word_of
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.pages import is_partial, name_download, send_table, wanted
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

jobs = Blueprint("jobs", __name__, url_prefix="/o/<organisation>/jobs")
add_words(ACTION_WORDS)
jobs.before_app_request(tell_ended)
jobs.add_app_template_filter(title_of, "job_title")
jobs.add_app_template_filter(word_of, "job_word")
jobs.add_app_template_filter(unpack_text, "unpacked")
_HEALTH = System("when a worker was last seen")


class CancelForm(Form):
    """A button that does its work once."""


@jobs.get("/")
@requires(Permission.VIEW_WORKSPACE)
def index() -> str:
    session = db.session()
    state = wanted("state")
    only = JobState(state) if state in set(JobState) else None
    found = list_jobs(session, g.actor, state=only)
    are_mine = not sees_others_jobs(session, g.actor)
    waits = any(job.state not in ENDED for job in found)
    silent = _silent_minutes() if waits else None
    return render_template("jobs/index.html", found=found, are_mine=are_mine, silent=silent)


@jobs.get("/<uuid:job_id>")
@requires(Permission.VIEW_WORKSPACE)
def show(job_id: UUID) -> str:
    """The whole page, or for htmx the part of it that changes."""
    job = get_job(db.session(), job_id, g.actor)
    has_ended = job.state in ENDED
    with reading(_HEALTH) as session:
        file = find_file(session, job, g.actor, g.now) if has_ended else None
    page = "jobs/progress.html" if is_partial() else "jobs/show.html"
    silent = None if has_ended else _silent_minutes()
    return render_template(
        page, job=job, has_ended=has_ended, file=file, silent=silent, link=_link(job)
    )


@jobs.route("/<uuid:job_id>/cancel", methods=["GET", "POST"])
@requires(Permission.VIEW_WORKSPACE)
def cancel(job_id: UUID) -> str | Response | tuple[str, int]:
    job = get_job(db.session(), job_id, g.actor)
    form, status = CancelForm(), 200
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                ask_to_stop(work, job_id)
                work.location = url_for(".show", job_id=job_id)
        except DomainError as refusal:
            form.refuse(refusal)
            status = status_of(refusal)
        else:
            return answer(work, _("The job is being cancelled."))
    return render_template("jobs/cancel.html", job=job, form=form), status


@jobs.get("/<uuid:job_id>/file")
@requires(Permission.VIEW_WORKSPACE)
def download(job_id: UUID) -> Response:
    """The file, for who asked for it alone, while they may still read what it holds."""
    job = get_job(db.session(), job_id, g.actor)
    with unit_of_work(scope=_HEALTH) as work:
        file = find_file(work.session, job, g.actor, g.now)
        if file is None:
            raise NotFound
        check_taking(job, g.actor, g.scope)
        body = read_file(work, job, file)
    response = Response(body, mimetype=file.media_type)
    name_download(response, file.filename)
    return response


@jobs.get("/<uuid:job_id>/failed-rows.<form>")
@requires(Permission.VIEW_WORKSPACE)
def failed_rows(job_id: UUID, form: str) -> Response:
    job = get_job(db.session(), job_id, g.actor)
    rows = (job.result or {}).get("failed")
    if not rows:
        raise NotFound
    columns: tuple[Column[Any], ...] = (
        Column(_("Row"), lambda row: row[0], Kind.INTEGER),
        Column(_("What is wrong"), lambda row: unpack_text(row[1])),
    )
    return send_table(Table(_("Rows left out"), columns, rows, g.now), "rows-left-out", form)


def _link(job: Job) -> str | None:
    """Where what was made can be seen."""
    result = job.result or {}
    return url_for(result["endpoint"], **result["values"]) if "endpoint" in result else None


def _silent_minutes() -> int | None:
    """For how many minutes no worker was seen; None while one is at work; -1: never seen."""
    with reading(_HEALTH) as session:
        seen_at = worker_seen_at(session)
    if seen_at is None:
        return -1
    silence = g.now - seen_at
    return int(silence.total_seconds() // 60) if silence > SILENCE else None
