"""Long lists are exported by a job: the worker answers the list's address as it was asked.

What makes the table reads the filter in the address and the request's actor, zone and
instant; the worker opens the same request for it, in the scope of who asked.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO
from urllib.parse import urlencode
from uuid import UUID

from flask import current_app, g, redirect, request, session
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.core.attempts import retrying
from vlms.core.db import db, reading
from vlms.core.packed_text import pack_text
from vlms.core.permissions import Role
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work
from vlms.exports.table import Table
from vlms.jobs.files import cut, drop_parts, keep_file, keep_part
from vlms.jobs.held import Asker, HeldJob
from vlms.jobs.models import ENDED, Job
from vlms.jobs.notes import follow
from vlms.jobs.service import plan_asked
from vlms.jobs.worker import JobKind
from vlms.web.access import Workspace
from vlms.web.locales import LANGUAGE, current_language
from vlms.web.pages import TYPES, WRITERS, send_table
from vlms.web.unit_of_work import unit_of_work

EXPORT = "export"
# 2026-11: 5,000 rows take about a second; who asks for more need not wait for the answer.
LONG_EXPORT = 5_000
_TOLD_EVERY = 1_000


@dataclass(frozen=True)
class Export:
    """A list that can become a file `name`: what it is called, its length, its table.

    `count` and `table` read the address; the table's rows may be read one by one.
    """

    name: str
    title: Text
    count: Callable[[Session], int]
    table: Callable[[Session], Table[Any]]


_exports: dict[str, Export] = {}


def add_export(export: Export) -> Export:
    """Let the worker find an export by its name."""
    _exports[export.name] = export
    return export


def send_or_plan(export: Export, form: str) -> Response:
    """The file at once; of a long list, the page of the job that makes it.

    A PDF is always made at once, as it refuses long lists.
    """
    if form not in WRITERS:
        raise NotFound
    total = 0 if form == "pdf" else export.count(db.session())
    if total <= LONG_EXPORT:
        return send_table(export.table(db.session()), export.name, form)
    with unit_of_work() as work:
        job = _plan(work, export, form, total)
    return redirect(follow(job))


def _plan(work: Work, export: Export, form: str, total: int) -> Job:
    """The job; the one that is under way, where the same was asked for before."""
    place = g.workspace
    facts = {
        "name": export.name,
        "form": form,
        "arguments": request.args.to_dict(),
        "language": current_language().value,
        "workspace": [str(place.organisation_id), place.slug, place.name, place.kind],
        "workspace_zone": place.time_zone,
    }
    asked = f"{export.name}.{form}?{urlencode(sorted(request.args.items()))}"
    key = hashlib.sha256(f"{g.workspace.slug}/{asked}".encode()).hexdigest()[:32]
    once_key = f"export:{work.actor.user_id}:{key}"
    title = _("Export: %(list)s (%(form)s)", list=export.title, form=form.upper())
    job = plan_asked(work, EXPORT, once_key, facts, title=title, total=total)
    if job is None:
        running = select(Job).where(Job.once_key == once_key, Job.state.not_in(ENDED))
        job = work.session.scalars(running).one()
    return job


def make_file(held: HeldJob) -> None:
    """Write the file, part by part, and be done. Raises LeaseLost, JobCancelled."""
    asker, facts = held.asker, held.facts
    assert asker is not None
    export, form = _exports[facts["name"]], facts["form"]
    with tempfile.TemporaryFile() as out, _as_asked(held, asker):
        with reading(asker.scope) as opened:
            table = export.table(opened)
            total = export.count(opened)
            WRITERS[form](replace(table, rows=_told(held, table.rows, total)), out)
            filename = f"{export.name}-{g.now.date().isoformat()}.{form}"
        _keep(held, out, (filename, TYPES[form]), total)


def _told(held: HeldJob, rows: Iterable[Any], total: int) -> Iterator[Any]:
    """The rows; every thousand of them the job tells how far it is."""
    try:
        for number, row in enumerate(rows):
            if number % _TOLD_EVERY == 0:
                retrying(lambda number=number: _tell(held, number, total))  # type: ignore[misc]
            yield row
    finally:
        # One that is stopped midway leaves no open cursor behind.
        if isinstance(rows, Generator):
            rows.close()


def _tell(held: HeldJob, number: int, total: int) -> None:
    with held.work() as work:
        held.tell_progress(work, number, max(number, total))


def _keep(held: HeldJob, out: BinaryIO, name: tuple[str, str], total: int) -> None:
    parts = cut(out)
    for position, body in enumerate(parts):
        retrying(lambda position=position, body=body: _keep_part(held, position, body))  # type: ignore[misc]

    def attempt() -> None:
        with held.work() as work:
            keep_file(work, held, name, len(parts), sum(map(len, parts)))
            done = ngettext(
                "%(number)s row is in the file.", "%(number)s rows are in the file.", total
            )
            # The same may be asked for again at once.
            ended = {"once_key": f"ended:{held.id}", "done_count": total, "total_count": total}
            held.finish(work, {"summary": pack_text(done)}, **ended)

    retrying(attempt)


def _keep_part(held: HeldJob, position: int, body: bytes) -> None:
    with held.work() as work:
        keep_part(work, held, position, body)


@contextmanager
def _as_asked(held: HeldJob, asker: Asker) -> Iterator[None]:
    """The request as it was asked: its address, workspace, language and person."""
    facts = held.facts
    organisation_id, slug, name, kind = facts["workspace"]
    with current_app.test_request_context(query_string=facts["arguments"]):
        g.now, g.slug = held.clock(), slug
        g.actor, g.scope, g.visitor = asker.actor, asker.scope, None
        roles: frozenset[Role] = asker.actor.roles
        zone = facts["workspace_zone"]
        g.workspace = Workspace(UUID(organisation_id), slug, name, kind, zone, roles, asker.scope)
        session[LANGUAGE] = facts["language"]
        yield


EXPORT_JOBS = (JobKind(EXPORT, make_file, undo=drop_parts),)
