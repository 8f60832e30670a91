"""What the worker does for directories: imports of long lists of people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from vlms.accounts.import_queries import count_changes, get_import
from vlms.accounts.service.people_import import LIMITS, PURPOSE, PeoplePlan, examine_people
from vlms.accounts.service.people_inviting import invite_imported, may_invite_people
from vlms.accounts.service.people_writing import (
    Source,
    begin_import,
    finish_import,
    write_import,
)
from vlms.core.attempts import retrying
from vlms.core.db import reading
from vlms.core.dry_run import Change
from vlms.core.packed_text import pack_text
from vlms.core.text import _
from vlms.core.uploads import Upload, drop_upload, get_upload
from vlms.core.work import Work
from vlms.exports.reading import read_upload
from vlms.jobs.held import HeldJob
from vlms.jobs.importing import plan_import
from vlms.jobs.models import Job
from vlms.jobs.worker import JobKind

IMPORT_PEOPLE = "accounts.import_people"


def plan_people_import(
    work: Work,
    upload: Upload,
    source: Source,
    leavers: Collection[UUID],
    *,
    invites: bool = False,
) -> Job:
    """Plan the import of a long list that was looked at. What is written of it stays when it is
    cancelled; who stands in it is invited to sign in at its end, where that is wanted. Raises
    Forbidden, and Conflict while it is being imported."""
    if invites:
        may_invite_people(work)
    begun = begin_import(work, source)
    facts = {
        "import_id": str(begun.id),
        "leavers": [str(one) for one in leavers],
        "invites": invites,
        "is_whole": False,
        "stays": True,
    }
    title = _("Import the people of %(file)s", file=upload.filename)
    job = plan_import(work, IMPORT_PEOPLE, upload, facts, title=title, total=begun.row_count)
    job.result = _result(begun.id)
    return job


def _import(held: HeldJob) -> None:
    """Go on where the last worker was: rows that are written are passed over."""
    asker = held.asker
    assert asker is not None
    import_id = UUID(held.facts["import_id"])
    upload_id = UUID(held.facts["upload_id"])
    with reading(asker.scope) as session:
        upload = get_upload(session, upload_id, PURPOSE, (asker.actor, held.clock()))
        sheet = read_upload(upload, LIMITS)
        owner_id = get_import(session, import_id).organisation_id

    def examine() -> PeoplePlan:
        with reading(asker.scope) as session:
            return examine_people(session, owner_id, sheet)

    def advance(work: Work, done_count: int) -> None:
        held.tell_progress(work, done_count, len(sheet.rows))

    def end() -> None:
        with held.work(asker) as work:
            finish_import(work, import_id, [UUID(one) for one in held.facts["leavers"]])
            drop_upload(work, get_upload(work.session, upload_id, PURPOSE, (asker.actor, work.now)))
            counts = count_changes(work.session, import_id)
            done = _(
                "New: %(new)s. Changed: %(changed)s. The same: %(same)s. Left out: %(left)s.",
                new=counts[Change.NEW],
                changed=counts[Change.CHANGED],
                same=counts[Change.SAME],
                left=counts[Change.WRONG],
            )
            held.finish(work, {**_result(import_id), "summary": pack_text(done)})

    write_import(lambda: held.work(asker), import_id, examine, advance)
    # Jobs that were planned by an earlier release do not say.
    if held.facts.get("invites"):
        invite_imported(lambda: held.work(asker), import_id)
    retrying(end)


def _result(import_id: UUID) -> dict[str, Any]:
    return {
        "endpoint": "people.import_result",
        "values": {"import_id": str(import_id)},
        "label": pack_text(_("See what became of each row")),
    }


PEOPLE_JOBS = (JobKind(IMPORT_PEOPLE, _import),)
