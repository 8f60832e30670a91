"""The files of long exports: made by the worker, given to who asked while they may have them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, TypeVar

from flask import g

from vlms.core.attempts import retrying
from vlms.core.db import reading
from vlms.core.errors import Forbidden
from vlms.core.packed_text import pack_text
from vlms.core.permissions import Permission
from vlms.core.scope import Scope
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Actor
from vlms.exports.table import Table
from vlms.jobs.exporting import (
    EXPORT,
    Export,
    PaperExport,
    as_asked,
    export_named,
    filename_of,
    list_table,
)
from vlms.jobs.files import cut, drop_parts, keep_file, keep_part
from vlms.jobs.held import Asker, HeldJob, asker_of
from vlms.jobs.models import Job
from vlms.jobs.standing import covers
from vlms.jobs.worker import JobKind
from vlms.web.pages import TYPES, WRITERS

_TOLD_EVERY = 1_000
# A paper takes as long as some hundred rows.
_PAPERS_TOLD_EVERY = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Made:
    """What came of an export: of how many rows or papers, and in words."""

    count: int
    done: Text


def make_file(held: HeldJob) -> None:
    """Write the file, part by part, and be done. Raises LeaseLost, JobCancelled."""
    asker, facts = held.asker, held.facts
    assert asker is not None
    export, form = export_named(facts["name"]), facts["form"]
    with (
        tempfile.TemporaryFile() as out,
        as_asked(facts, asker, held.clock()),
    ):
        done: Callable[[int], Text] = _rows_done
        if isinstance(export, PaperExport):
            total, done = _draw_papers(held, asker, export, out), export.done
        else:
            total = _write_list(held, asker, export, out)
        filename = f"{filename_of(export)}-{g.now.date().isoformat()}.{form}"
        _keep(held, out, (filename, TYPES[form]), Made(total, done(total)))


def _rows_done(total: int) -> Text:
    return ngettext("%(number)s row is in the file.", "%(number)s rows are in the file.", total)


def _write_list(held: HeldJob, asker: Asker, export: Export, out: BinaryIO) -> int:
    with reading(asker.scope) as opened:
        table, total = list_table(export, opened), export.count(opened)
        _write(held, table, total, out)
    return total


def _draw_papers(held: HeldJob, asker: Asker, export: PaperExport, out: BinaryIO) -> int:
    with reading(asker.scope) as opened:
        total = export.count(opened)
        export.draw(_told(held, export.papers(opened), total, _PAPERS_TOLD_EVERY), out)
    return total


def _write(held: HeldJob, table: Table[Any], total: int, out: BinaryIO) -> None:
    WRITERS[held.facts["form"]](replace(table, rows=_told(held, table.rows, total)), out)


def _told(
    held: HeldJob, rows: Iterable[Row], total: int, every: int = _TOLD_EVERY
) -> Iterator[Row]:
    """The rows; after so many of them the job tells how far it is."""
    try:
        for number, row in enumerate(rows):
            if number % every == 0:
                _step(lambda number=number: _tell(held, number, total))  # type: ignore[misc]
            yield row
    finally:
        # One that is stopped midway leaves no open cursor behind.
        if isinstance(rows, Generator):
            rows.close()


def _step(step: Callable[[], None]) -> None:
    retrying(step)


def _tell(held: HeldJob, number: int, total: int) -> None:
    with held.work() as work:
        held.tell_progress(work, number, max(number, total))


def _keep(held: HeldJob, out: BinaryIO, name: tuple[str, str], made: Made) -> None:
    parts = cut(out)
    for position, body in enumerate(parts):
        _step(lambda position=position, body=body: _keep_part(held, position, body))  # type: ignore[misc]

    def attempt() -> None:
        with held.work() as work:
            keep_file(work, held, name, (len(parts), sum(map(len, parts))))
            # The same may be asked for again at once.
            counts = {"done_count": made.count, "total_count": made.count}
            ended = {"once_key": f"ended:{held.id}", **counts}
            held.finish(work, {"summary": pack_text(made.done)}, **ended)

    retrying(attempt)


def _keep_part(held: HeldJob, position: int, body: bytes) -> None:
    with held.work() as work:
        keep_part(work, held, position, body)


def check_taking(job: Job, actor: Actor, scope: Scope) -> None:
    """Raises Forbidden for who may no longer read what a file holds, now that it is fetched."""
    asker = asker_of(job)
    if job.kind != EXPORT or asker is None:
        return
    actor.require(Permission(job.facts["needs"]))
    if not covers(scope, asker.scope):
        raise Forbidden(
            None,
            _("Your roles here have changed since this file was made, so it is not given out."),
            reason="roles_changed",
            way_out=_("Make the file again: it then holds what you may see now."),
        )


EXPORT_JOBS = (JobKind(EXPORT, make_file, undo=drop_parts),)
