"""What the worker does for partner organisations."""

from __future__ import annotations

from uuid import UUID

from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind
from vlms.partners.service.competency_notes import NOTE_ONE, note_all, note_standings


def _note_all(held: HeldJob) -> None:
    note_all(held.work)


def _note_one(held: HeldJob) -> None:
    with held.work() as work:
        note_standings(work, UUID(held.facts["organisation_id"]))


COMPETENCY_JOBS: tuple[JobKind, ...] = (
    JobKind("partners.note_competencies", _note_all, every_seconds=86_400),
    JobKind(NOTE_ONE, _note_one, is_short=True),
)
