"""Makes the file of an export, seals it, and removes it after a day (C8).

A long one is made in three steps: its codes are marked, and from then on nobody draws them; the
file is drawn while nothing is held; it is written down, if the codes are still what was drawn.
Killed between them, the next run goes on with the codes that were marked; given up, it puts
them back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from vlms.accounts.standing import find_standing
from vlms.audit.service import journal
from vlms.codes.custody import SealingCustody
from vlms.codes.events import CodesFreed
from vlms.codes.models import Code
from vlms.codes.queries import SHOWN_WITH
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.steps_together import lock_codes
from vlms.codes.service.transition import code_moved
from vlms.core.errors import DomainError, Topic
from vlms.core.keys import KeyRing
from vlms.core.packed_text import pack_refusal
from vlms.core.permissions import permissions_of
from vlms.core.scoping import guarded_update
from vlms.core.sealing import seal
from vlms.core.text import _
from vlms.core.work import Work
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.models import (
    CodeExport,
    CodeExportCode,
    CodeExportLink,
    CodeExportPart,
    ExportState,
)
from vlms.disclosures.queries import codes_of, free_codes_of, get_export
from vlms.disclosures.rules.limits import FILE_KEPT, LINK_LASTS
from vlms.disclosures.service.conditions import MAY, open_texts
from vlms.jobs.files import PART_BYTES

Draw = Callable[[CodeExport, Sequence[tuple[Code, str]]], bytes]
"""Writes the file of an export's codes and their texts."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Drawn:
    """A file, and the codes that are in it: whose each was, and the sealed text that was opened."""

    body: bytes = field(repr=False)
    codes: Mapping[UUID, tuple[UUID, bytes | None]] = field(repr=False)


def make_file(work: Work, export_id: UUID, draw: Draw) -> CodeExport:
    """Seal the file of those codes that are nobody's still; the others are left out.

    Its codes are drawn from stock no more, and come into no other file (C8). An export of
    which nothing is left, whose asker may no longer see codes, or of which no file can be
    drawn, has failed. For a short one: all is held until the work ends.
    """
    export = get_export(work.session, export_id)
    if export.state is not ExportState.MAKING:
        return export
    try:
        with work.session.begin_nested():
            _take(work, export)
            drawn = draw_file(work.session, (work.keys, work.now), export_id, draw)
    except DomainError as refusal:
        return fail(work, get_export(work.session, export_id), refusal)
    return keep_file(work, export_id, drawn)


def take_codes(work: Work, export_id: UUID) -> bool:
    """Mark the codes of the file to come; whether there is one to be drawn.

    What an earlier run has marked stays as it is.
    """
    export = get_export(work.session, export_id)
    if export.state is not ExportState.MAKING:
        return False
    if export.file_count is None:
        try:
            with work.session.begin_nested():
                _take(work, export)
        except DomainError as refusal:
            fail(work, get_export(work.session, export_id), refusal)
            return False
    return True


def _take(work: Work, export: CodeExport) -> None:
    codes = _take_codes(work, export)
    _mark(work, codes)
    _leave_out(work, export, {code.id for code in codes})
    export.file_count = len(codes)
    work.flush()


def draw_file(
    session: Session, means: tuple[KeyRing, datetime], export_id: UUID, draw: Draw
) -> Drawn:
    """Draw the file of the codes that were taken, without those that went by hand since.

    It only reads. Raises CustodyRefused, and what `draw` raises.
    """
    keys, now = means
    wanted = free_codes_of(export_id, now).options(*SHOWN_WITH)
    codes = session.scalars(wanted.order_by(Code.batch_id, Code.number)).all()
    if not codes:
        raise _none_left()
    texts = open_texts(SealingCustody(session, keys, now), codes)
    body = draw(get_export(session, export_id), list(zip(codes, texts, strict=True)))
    return Drawn(body, _as_they_are(codes))


def _as_they_are(codes: Sequence[Code]) -> Mapping[UUID, tuple[UUID, bytes | None]]:
    return {code.id: (code.organisation_id, code.sealed_text) for code in codes}


def keep_file(work: Work, export_id: UUID, drawn: Drawn) -> CodeExport:
    """Seal it and tell the journal: from now on whoever asked can fetch it.

    Raises DisclosureRefused, and nothing is written, when a code is no longer what was drawn:
    it is somebody's, has lapsed, is another organisation's or was sealed by another key.
    """
    export = get_export(work.session, export_id)
    if export.state is not ExportState.MAKING:
        return export
    wanted = free_codes_of(export_id, work.now).where(Code.taken_out_at.is_not(None))
    there = lock_codes(work, wanted.order_by(Code.batch_id, Code.number), waits=True)
    if _as_they_are(there) != drawn.codes:
        raise _moved()
    _leave_out(work, export, drawn.codes)
    export.part_count = _keep(work, export, drawn.body)
    export.state, export.made_at = ExportState.READY, work.now
    export.file_until, export.file_count = work.now + FILE_KEPT, len(drawn.codes)
    work.flush()
    left_out = export.code_count - len(drawn.codes)
    told = {"file_count": len(drawn.codes), "left_out_count": left_out}
    journal(work, "code_export.made", _record(export), after=told)
    return export


def fail(work: Work, export: CodeExport, refusal: DomainError) -> CodeExport:
    """Say why no file was made; codes that were marked for it are stock again."""
    if export.file_count is not None:
        _put_back(work, export)
        export.file_count = None
    export.state, export.refusal = ExportState.FAILED, pack_refusal(refusal)
    work.flush()
    journal(work, "code_export.failed", _record(export))
    return export


def _take_codes(work: Work, export: CodeExport) -> Sequence[Code]:
    standing = find_standing(export.asked_by, export.organisation_id)
    if standing is None or MAY not in permissions_of(standing.roles):
        raise DisclosureRefused(
            "C8",
            _("Whoever asked may no longer see codes here."),
            reason="asker_may_not",
            way_out=_("Somebody with the role of licensing admin asks anew."),
        )
    wanted = free_codes_of(export.id, work.now).where(Code.taken_out_at.is_(None))
    ordered = wanted.options(*SHOWN_WITH).order_by(Code.batch_id, Code.number)
    codes = lock_codes(work, ordered, waits=True)
    if not codes:
        raise _none_left()
    return codes


def _none_left() -> DisclosureRefused:
    return DisclosureRefused(
        "C8",
        _("None of these codes is available any more."),
        reason="none_available",
        way_out=_("Look at what is available now, and export again."),
        ask=Topic.CODES,
    )


def _moved() -> DisclosureRefused:
    return DisclosureRefused(
        "C8",
        _("Codes of this file changed while it was drawn."),
        reason="codes_moved",
        way_out=_("Look at what is available now, and export again."),
        ask=Topic.CODES,
    )


def _mark(work: Work, codes: Sequence[Code]) -> None:
    """From now on they are in a file: nobody draws them from stock."""
    free = (Code.state == State.AVAILABLE, Code.taken_out_at.is_(None))
    new = {"taken_out_at": work.now, "version": Code.version + 1}
    for some in _pieces([code.id for code in codes]):
        if guarded_update(work.session, Code, Code.id.in_(some), *free, **new) != len(some):
            raise code_moved()


def _pieces(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _leave_out(work: Work, export: CodeExport, free: Collection[UUID]) -> None:
    gone = [one for one in work.session.scalars(codes_of(export.id)) if one not in free]
    for some in _pieces(gone):
        mine = (CodeExportCode.export_id == export.id, CodeExportCode.code_id.in_(some))
        guarded_update(work.session, CodeExportCode, *mine, is_left_out=True)


def _keep(work: Work, export: CodeExport, body: bytes) -> int:
    own = {"organisation_id": export.organisation_id, "agreement_id": export.agreement_id}
    starts = range(0, len(body), PART_BYTES)
    for position, start in enumerate(starts):
        sealed = seal(work.keys, body[start : start + PART_BYTES], place_of(export.id, position))
        part = CodeExportPart(**own, export_id=export.id, position=position, sealed_body=sealed)
        work.session.add(part)
    return len(starts)


def place_of(export_id: UUID, position: int) -> str:
    """For which place a part is sealed: moved elsewhere, it does not open."""
    return f"vlms code export|{export_id}|{position}"


def remove_old_files(work: Work) -> int:
    """What is past its day goes, and links with it; returns how many files.

    Codes of a file that nobody has fetched can be given again.
    """
    over = select(CodeExport.id).where(CodeExport.part_count > 0, CodeExport.file_until <= work.now)
    old = list(work.session.scalars(over))
    for export_id in old:
        _delete(work, CodeExportPart, CodeExportPart.export_id == export_id)
        guarded_update(work.session, CodeExport, CodeExport.id == export_id, part_count=0)
        export = get_export(work.session, export_id)
        if export.taken_at is None:
            _put_back(work, export)
        journal(work, "code_export.removed", _record(export))
    _delete(work, CodeExportLink, CodeExportLink.expires_at <= work.now - FILE_KEPT - LINK_LASTS)
    return len(old)


def _put_back(work: Work, export: CodeExport) -> None:
    """Its codes never left: they are stock again, and those who wait for some are told."""
    marked = (Code.id.in_(codes_of(export.id)), Code.taken_out_at.is_not(None))
    columns = (Code.organisation_id, Code.product_id)
    free = select(*columns).where(*marked, Code.state == State.AVAILABLE).distinct()
    freed = [CodesFreed(*row) for row in work.session.execute(free.order_by(*columns))]
    new = {"taken_out_at": None, "version": Code.version + 1}
    guarded_update(work.session, Code, *marked, **new)
    work.events.extend(freed)


def _delete(work: Work, model: type[CodeExportPart | CodeExportLink], condition: object) -> None:
    statement = delete(model).where(condition)  # type: ignore[arg-type]
    work.session.execute(statement, execution_options={"synchronize_session": False})


def _record(export: CodeExport) -> tuple[str, UUID, UUID]:
    return "code_export", export.id, export.organisation_id
