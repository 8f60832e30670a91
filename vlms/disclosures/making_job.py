"""Files of exports made by the worker, and removed by it after a day."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import force_locale

from vlms.accounts.models import Organisation
from vlms.codes.models import Code
from vlms.core.attempts import retrying
from vlms.core.errors import Conflict
from vlms.core.text import _
from vlms.core.work import Work
from vlms.disclosures.exports import ExportedCode, cover_of, export_file
from vlms.disclosures.models import CodeExport, ExportState
from vlms.disclosures.queries import get_export
from vlms.disclosures.service.making import Draw, fail, make_file, remove_old_files
from vlms.jobs.held import HeldJob
from vlms.jobs.service import plan
from vlms.jobs.worker import JobKind

MAKE, SWEEP = "disclosures.make", "disclosures.sweep"
# 2026-11: so many take about half a second; who asks for more need not wait for the answer.
AT_ONCE = 1_000


def make_or_plan(work: Work, export: CodeExport) -> None:
    """Make the file of an export that nobody needs to decide about, at once if it is short."""
    if export.state is not ExportState.MAKING:
        return
    if export.code_count <= AT_ONCE:
        make_file(work, export.id, drawing(work))
    else:
        plan_making(work, export)


def plan_making(work: Work, export: CodeExport) -> None:
    """Let the worker make it: it is the installation's job, whoever approved it."""
    with work.as_system("a file of codes is made"):
        plan(work, MAKE, f"{MAKE}:{export.id}", {"export_id": str(export.id)})


def drawing(work: Work) -> Draw:
    """Writes an export's file in the language in which it was asked for."""

    def draw(export: CodeExport, rows: Sequence[tuple[Code, str]]) -> bytes:
        zone = work.session.get_one(Organisation, export.organisation_id).time_zone
        cover = cover_of(export, work.now.astimezone(ZoneInfo(zone)))
        with force_locale(export.language.value):
            return export_file(export.form, cover, [ExportedCode(*row) for row in rows])

    return draw


def _make(held: HeldJob) -> None:
    def attempt() -> None:
        with held.work() as work:
            make_file(work, UUID(held.facts["export_id"]), drawing(work))
            held.finish(work)

    retrying(attempt)


def _give_up(held: HeldJob) -> None:
    with held.work(to_the_end=True) as work:
        export = get_export(work.session, UUID(held.facts["export_id"]))
        if export.state is ExportState.MAKING:
            way_out = _("Ask for a new export; if that fails too, tell whoever runs this system.")
            fail(work, export, Conflict("C8", _("The file could not be made."), way_out=way_out))


def _sweep(held: HeldJob) -> None:
    with held.work() as work:
        remove_old_files(work)


DISCLOSURE_JOBS = (
    JobKind(MAKE, _make, undo=_give_up),
    JobKind(SWEEP, _sweep, every_seconds=600),
)
