"""Imports of long files, as jobs: all rows in one transaction of the worker, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from vlms.core.attempts import retrying
from vlms.core.db import reading
from vlms.core.errors import Conflict
from vlms.core.text import Text, _
from vlms.core.uploads import Upload, drop_upload, get_upload
from vlms.core.work import Work
from vlms.jobs.held import Asker, HeldJob
from vlms.jobs.models import Job
from vlms.jobs.service import plan_asked

# 2026-11: the longest file (10,000 rows) takes one to two seconds; so many rows, a tenth.
LONG_IMPORT = 500
Content = TypeVar("Content")


def plan_import(
    work: Work, kind: str, upload: Upload, facts: Mapping[str, Any], *, title: Text, total: int
) -> Job:
    """Plan the import of a kept file. Raises Conflict while it is being imported."""
    # Its page says so: nothing counts as done before all of it is.
    keys = {"upload_id": str(upload.id), "is_whole": True, **facts}
    job = plan_asked(work, kind, f"import:{upload.id}", keys, title=title, total=total)
    if job is None:
        raise Conflict(
            None,
            _("This file is being imported already."),
            reason="being_imported",
            way_out=_("Look at your jobs to see how far that is."),
        )
    return job


def import_upload(
    held: HeldJob,
    purpose: str,
    read: Callable[[Upload], Content],
    write: Callable[[Work, Upload, Content], dict[str, Any]],
) -> None:
    """Read the file while nobody waits for the database, then write all of it, and be done.

    `write` returns the job's result. Raises what reading and writing refuse.
    """
    asker = held.asker
    assert asker is not None
    with reading(asker.scope) as session:
        content = read(_upload(session, held, purpose, asker))

    def attempt() -> None:
        with held.work(asker) as work:
            upload = _upload(work.session, held, purpose, asker)
            result = write(work, upload, content)
            drop_upload(work, upload)
            total = result.pop("count")
            held.finish(work, result, done_count=total, total_count=total)

    retrying(attempt)


def _upload(session: Any, held: HeldJob, purpose: str, asker: Asker) -> Upload:
    key = UUID(held.facts["upload_id"])
    return get_upload(session, key, purpose, (asker.actor, held.clock()))
