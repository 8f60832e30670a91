"""Files of exports made by the worker, and removed by it after a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.codes.models import Code
from vlms.core.attempts import OpenWork, in_work
from vlms.core.db import reading
from vlms.core.errors import Conflict, DomainError
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Work, key_ring
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.exports import ExportedCode, cover_of, export_file
from vlms.disclosures.models import CodeExport, ExportState
from vlms.disclosures.queries import get_export
from vlms.disclosures.service.making import (
    Draw,
    Drawn,
    draw_file,
    fail,
    keep_file,
    make_file,
    remove_old_files,
    take_codes,
)
from vlms.jobs.held import HeldJob
from vlms.jobs.service import plan
from vlms.jobs.worker import JobKind

MAKE, SWEEP = "disclosures.make", "disclosures.sweep"
# 2026-11: so many take about half a second; who asks for more need not wait for the answer.
AT_ONCE = 1_000
# So often a file is drawn whose codes change meanwhile; then the asker is told.
TRIES = 3
_DRAWING = System("a file of codes is drawn")


def make_or_plan(work: Work, export: CodeExport) -> None:
    """Make the file of an export that nobody needs to decide about, at once if it is short."""
    if export.state is not ExportState.MAKING:
        return
    if export.code_count <= AT_ONCE:
        make_file(work, export.id, drawing(work.session, work.now))
    else:
        plan_making(work, export)


def plan_making(work: Work, export: CodeExport) -> None:
    """Let the worker make it: it is the installation's job, whoever approved it."""
    with work.as_system("a file of codes is made"):
        plan(work, MAKE, f"{MAKE}:{export.id}", {"export_id": str(export.id)})


def drawing(session: Session, now: datetime) -> Draw:
    """Writes an export's file in the language in which it was asked for."""

    def draw(export: CodeExport, rows: Sequence[tuple[Code, str]]) -> bytes:
        zone = session.get_one(Organisation, export.organisation_id).time_zone
        cover = cover_of(export, now.astimezone(ZoneInfo(zone)))
        with force_locale(export.language.value):
            return export_file(export.form, cover, [ExportedCode(*row) for row in rows])

    return draw


def _make(held: HeldJob) -> None:
    make_in_steps(held.work, UUID(held.facts["export_id"]), held.clock(), held.finish)


def make_in_steps(
    open_work: OpenWork,
    export_id: UUID,
    now: datetime,
    finish: Callable[[Work], object] = lambda _work: None,
) -> None:
    """Mark the codes, draw the file while nothing is held, write it down; then `finish`.

    Where codes changed meanwhile it is drawn again, without those that went.
    """
    if not in_work(open_work, lambda work: take_codes(work, export_id)):
        in_work(open_work, finish)
        return
    for tries_left in reversed(range(TRIES)):
        drawn = _drawn(export_id, now)
        moved_at = in_work(open_work, partial(_write, export_id, drawn, finish, tries_left))
        if moved_at is None:
            return
        now = moved_at


def _write(
    export_id: UUID,
    drawn: Drawn | DomainError,
    finish: Callable[[Work], object],
    tries_left: int,
    work: Work,
) -> datetime | None:
    """Write it down, or why not. The moment from which to draw it again; None: it is over."""
    refusal = drawn if isinstance(drawn, DomainError) else None
    if not isinstance(drawn, DomainError):
        try:
            keep_file(work, export_id, drawn)
        except DisclosureRefused as moved:
            if tries_left:
                return work.now
            refusal = moved
    if refusal is not None:
        fail(work, get_export(work.session, export_id), refusal)
    finish(work)
    return None


def _drawn(export_id: UUID, now: datetime) -> Drawn | DomainError:
    with reading(_DRAWING) as session:
        try:
            return draw_file(session, (key_ring(), now), export_id, drawing(session, now))
        except DomainError as refusal:
            return refusal


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
