"""Lists as files: short ones at once, long ones by a job that tells where the file is.

What makes the table reads the filter in the address and the request's actor, zone and
instant; the worker opens the same request for it, in the scope of who asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import urlencode
from uuid import UUID

from flask import current_app, g, redirect, request, session
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.errors import Conflict
from vlms.core.permissions import Role
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.exports.table import Table, only_columns
from vlms.jobs.held import Asker
from vlms.jobs.models import ENDED, Job
from vlms.jobs.notes import follow
from vlms.jobs.service import plan_asked
from vlms.web.access import Workspace
from vlms.web.lists import chosen_columns
from vlms.web.locales import LANGUAGE, current_language
from vlms.web.pages import WRITERS, send_drawn, send_table
from vlms.web.unit_of_work import unit_of_work

EXPORT = "export"
# 2026-11: 5,000 rows take about a second; who asks for more need not wait for the answer.
LONG_EXPORT = 5_000
# 2026-11: a hundred certificates take about a second and a half.
LONG_PAPERS = 100
_TRIES = 5


@dataclass(frozen=True)
class Export:
    """A list that can become a file `name`: what it is called, its length, its table.

    `count` and `table` read the address; the table's rows may be read one by one.
    `filename` is the file's own, without day and ending.
    """

    name: str
    title: Text
    count: Callable[[Session], int]
    table: Callable[[Session], Table[Any]]
    filename: Callable[[], str] | None = None


@dataclass(frozen=True)
class PaperExport:
    """Papers that become one PDF: how many, what they say, what draws them, what is told then.

    `count` and `papers` read the address; `papers` also raises what is refused.
    """

    name: str
    title: Text
    count: Callable[[Session], int]
    papers: Callable[[Session], Iterator[Any]]
    draw: Callable[[Iterator[Any], BinaryIO], None]
    done: Callable[[int], Text]


AnyExport = Export | PaperExport
_exports: dict[str, AnyExport] = {}


def add_export(export: Export) -> Export:
    """Let the worker find an export by its name."""
    _exports[export.name] = export
    return export


def add_papers(export: PaperExport) -> PaperExport:
    _exports[export.name] = export
    return export


def export_named(name: str) -> AnyExport:
    return _exports[name]


def is_long(count: int, form: str) -> bool:
    """Whether a job makes the file. A PDF is made at once: it refuses long lists."""
    return form != "pdf" and count > LONG_EXPORT


def send_or_plan(export: Export, form: str) -> Response:
    """The file at once; of a long list, the page of the job that makes it."""
    if form not in WRITERS:
        raise NotFound
    total = 0 if form == "pdf" else export.count(db.session())
    if not is_long(total, form):
        return send_table(list_table(export, db.session()), filename_of(export), form)
    with unit_of_work() as work:
        job = plan_export(work, export, form, total)
    return redirect(follow(job))


def send_or_plan_papers(export: PaperExport) -> Response:
    """The PDF at once; of many papers, the page of the job that makes it."""
    total = export.count(db.session())
    if total > LONG_PAPERS:
        with unit_of_work() as work:
            job = plan_export(work, export, "pdf", total)
        return redirect(follow(job))
    return send_drawn(export.papers(db.session()), export.draw, export.name)


def list_table(export: Export, opened: Session) -> Table[Any]:
    """The table, with the columns that the address asks for."""
    return only_columns(export.table(opened), chosen_columns())


def filename_of(export: AnyExport) -> str:
    is_named = isinstance(export, Export) and export.filename is not None
    return export.filename() if is_named else export.name  # type: ignore[union-attr,misc]


def plan_export(work: Work, export: AnyExport, form: str, total: int) -> Job:
    """The job; the one that is under way, where the same was asked for before."""
    facts = {"name": export.name, "form": form, **_asked()}
    key = f"export:{work.actor.user_id}:{_digest(facts)}"
    title = _("Export: %(list)s (%(form)s)", list=export.title, form=form.upper())
    for _try in range(_TRIES):
        job = plan_asked(work, EXPORT, key, facts, title=title, total=total)
        running = select(Job).where(Job.once_key == key, Job.state.not_in(ENDED))
        # It may end just now; then the next try plans a new one.
        job = job or work.session.scalar(running)
        if job is not None:
            return job
    raise Conflict(None, _("The same file is being made already."), way_out=_("Look at your jobs."))


def _asked() -> dict[str, Any]:
    """The request that asks, as far as its table depends on it, and the right that it needs."""
    place = g.workspace
    view: Any = current_app.view_functions[request.endpoint or ""]
    return {
        "arguments": [list(pair) for pair in request.args.items(multi=True)],
        "language": current_language().value,
        "workspace": [str(place.organisation_id), place.slug, place.name, place.kind],
        "workspace_zone": place.time_zone,
        "needs": view.access.value,
    }


def _digest(facts: Mapping[str, Any]) -> str:
    """The same for the same file of the same list, in whichever language."""
    asked = urlencode(sorted(map(tuple, facts["arguments"])))
    text = f"{facts['workspace'][1]}/{facts['name']}.{facts['form']}?{asked}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@contextmanager
def as_asked(facts: Mapping[str, Any], asker: Asker, now: datetime) -> Iterator[None]:
    """The request as it was asked: its address, workspace, language and person, at `now`."""
    organisation_id, slug, name, kind = facts["workspace"]
    query = urlencode([tuple(pair) for pair in facts["arguments"]])
    # A context of its own, so that nothing of another request is left in it, nor stays.
    with current_app.app_context(), current_app.test_request_context(query_string=query):
        g.now, g.slug = now, slug
        g.actor, g.scope, g.visitor = asker.actor, asker.scope, None
        roles: frozenset[Role] = asker.actor.roles
        zone = facts["workspace_zone"]
        g.workspace = Workspace(UUID(organisation_id), slug, name, kind, zone, roles, asker.scope)
        db.session().info.update(scope=asker.scope, read_only=True)
        session[LANGUAGE] = facts["language"]
        yield
