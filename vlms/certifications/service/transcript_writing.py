"""Writes what a transcript file says, as far as it is wanted (R1-R4)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from vlms.accounts.queries import get_person
from vlms.audit.service import journal
from vlms.certifications.models import HeldCertification, PassSource
from vlms.certifications.rules.renewal import ZONE
from vlms.certifications.service.deriving import (
    derive,
    derive_dependents,
    hold_transcript,
    list_held_of,
)
from vlms.certifications.service.earning import enter_pass, hold
from vlms.certifications.service.transcript_import import Found, examine_transcripts
from vlms.core.dry_run import Change, DryRun, Line, row_fault
from vlms.core.errors import BadInput, DomainError
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.sheets import Sheet

Wanted = Sequence[tuple[Line[Found], Found]]


def import_transcripts(
    work: Work, organisation_id: UUID, sheet: Sheet, *, good_rows: bool = False
) -> int:
    """Write the rows in this transaction; how many changed something.

    Raises Forbidden, and BadInput while a row is wrong, unless only `good_rows` are wanted.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    run = examine_transcripts(work.session, organisation_id, sheet, work.today(ZONE))
    if not good_rows or not is_usable(run):
        run.require_sound()
    return write_run(work, run)


def is_usable(run: DryRun[Found]) -> bool:
    """Whether its good rows may count without the others."""
    return not run.problems and any(line.facts for line in run.lines)


def write_run(work: Work, run: DryRun[Found]) -> int:
    """Certifications come first: what is entered as it is stands, and passes within it earn
    nothing (R2)."""
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    wanted = [
        (line, line.facts)
        for line in run.lines
        if line.facts is not None and line.change in (Change.NEW, Change.CHANGED)
    ]
    for line, found in sorted(wanted, key=lambda pair: (pair[1].exam is not None, pair[1].day)):
        try:
            _write(work, found)
        except DomainError as refusal:
            fault = row_fault(line.number, refusal)
            raise BadInput(
                refusal.rule, fault.sentence, field="file", way_out=fault.way_out
            ) from refusal
    return len(wanted)


def _write(work: Work, found: Found) -> None:
    person = get_person(work.session, found.person_id)
    if found.exam is not None:
        enter_pass(work, person, found.exam, found.day, PassSource.IMPORT)
        return
    assert found.certification is not None
    hold_transcript(work, person.id)
    there = list_held_of(work, person.id, found.certification.key)
    held = next((one for one in there if one.earned_on == found.day), None)
    if held is None:
        held = hold(work, person, found.certification, found.day, PassSource.IMPORT)
    _extend(work, held, found)


def _extend(work: Work, held: HeldCertification, found: Found) -> None:
    """Renewals that the file knows of move the last day; it is never moved back (R3)."""
    if found.until is None or held.expires_on is None or found.until <= held.expires_on:
        return
    before = held.expires_on
    read = (HeldCertification.id == held.id, HeldCertification.version == held.version)
    values = {"expires_on": found.until, "version": HeldCertification.version + 1}
    if guarded_update(work.session, HeldCertification, *read, **values) != 1:
        raise BadInput("R3", _("Somebody else has recorded an attempt just now."), field="file")
    work.does("certification.renewed")
    record = (HeldCertification.__tablename__, held.id, held.organisation_id)
    journal(
        work, work.action, record, before={"expires_on": before}, after={"expires_on": found.until}
    )
    work.session.refresh(held)
    person = get_person(work.session, held.person_id)
    derive(work, person, held.certification, PassSource.IMPORT)
    derive_dependents(work, person, held.certification, PassSource.IMPORT)
