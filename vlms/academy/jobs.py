"""What the worker does for schools: imports of long rosters, forgetting programmes' codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vlms.academy.service.forgetting import forget_benefit_codes
from vlms.academy.service.roster_import import plan_roster
from vlms.academy.service.roster_plan import Plan
from vlms.academy.service.roster_reading import read_roster
from vlms.academy.service.roster_writing import may_import, write_plan
from vlms.agreements.queries import get_agreement
from vlms.core.db import reading
from vlms.core.packed_text import pack_text
from vlms.core.text import _, ngettext
from vlms.core.uploads import Upload
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.jobs.importing import import_upload, plan_import
from vlms.jobs.models import Job
from vlms.jobs.worker import JobKind

IMPORT_ROSTER = "academy.import_roster"
PURPOSE = "roster"


def plan_roster_import(
    work: Work, upload: Upload, agreement_id: UUID, row_count: int, *, good_rows: bool
) -> Job:
    """Plan the import of a kept roster. Raises Conflict while it is being imported."""
    may_import(work)
    title = _("Import the roster %(file)s", file=upload.filename)
    facts = {"agreement_id": str(agreement_id), "good_rows": good_rows}
    return plan_import(work, IMPORT_ROSTER, upload, facts, title=title, total=row_count)


def _import(held: HeldJob) -> None:
    """What is to be written is planned before anybody waits for the database."""
    asker = held.asker
    assert asker is not None
    agreement_id = UUID(held.facts["agreement_id"])

    def read(upload: Upload) -> Plan:
        roster = read_roster(upload.stream(), upload.filename)
        with reading(asker.scope) as session:
            agreement = get_agreement(session, agreement_id)
            return plan_roster(session, agreement, roster, held.clock())

    def write(work: Work, upload: Upload, plan: Plan) -> dict[str, Any]:
        agreement = get_agreement(work.session, agreement_id)
        good_rows = bool(held.facts["good_rows"])
        write_plan(work, agreement, plan, upload.filename, good_rows=good_rows)
        done = ngettext(
            "%(number)s line of the roster is imported.",
            "%(number)s lines of the roster are imported.",
            plan.row_count,
        )
        return {
            "count": plan.row_count,
            "summary": pack_text(done),
            "endpoint": "schools.index",
            "values": {},
            "label": pack_text(_("Open the schools and classes")),
        }

    import_upload(held, PURPOSE, read, write)


def _forget(held: HeldJob) -> None:
    forget_benefit_codes(held.work)


ACADEMY_JOBS = (
    JobKind(IMPORT_ROSTER, _import),
    JobKind("academy.forget_benefit_codes", _forget, every_seconds=3600),
)
