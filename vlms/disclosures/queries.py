"""Finds exports of codes, and how their codes stand now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from vlms.codes.models import Code
from vlms.codes.queries import CodeFilter, filtered
from vlms.codes.rules.lifecycle import State
from vlms.codes.rules.shown_state import Shown
from vlms.core.errors import NotFound
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.disclosures.models import CodeExport, CodeExportCode, ExportState
from vlms.disclosures.rules.limits import ALONE_WITHIN

_LATEST = 100


def get_export(session: Session, export_id: UUID) -> CodeExport:
    """As it is in the database now. Raises NotFound, also for what the scope does not see."""
    found = session.scalar(
        _with_people(CodeExport.id == export_id).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(None, _("There is no such export here."))
    return found


def get_export_by_number(session: Session, number: str) -> CodeExport:
    """Raises NotFound."""
    found = session.scalar(_with_people(CodeExport.number == number.strip().upper()))
    if found is None:
        raise NotFound(None, _("There is no export %(number)s.", number=shown(number)))
    return found


def list_exports(session: Session) -> Sequence[CodeExport]:
    """The latest ones, newest first."""
    newest = _with_people().order_by(CodeExport.asked_at.desc(), CodeExport.id.desc())
    return session.scalars(newest.limit(_LATEST)).all()


def list_waiting(session: Session, user_id: UUID | None, now: datetime) -> Sequence[CodeExport]:
    """Those about which this admin can decide."""
    statement = _with_people(
        CodeExport.state == ExportState.WAITING,
        CodeExport.decide_until > now,
        CodeExport.asked_by != user_id,
    )
    return session.scalars(statement.order_by(CodeExport.asked_at)).all()


def _with_people(*conditions: object) -> Select[CodeExport]:
    statement = select(CodeExport).where(*conditions)  # type: ignore[arg-type]
    return statement.options(joinedload(CodeExport.asker), joinedload(CodeExport.decider))


@dataclass(frozen=True)
class Meanwhile:
    """What became of the codes of an export since it was asked for.

    `free` are nobody's still, `given` are not, or left in another file; `came` fit the same
    filter and are not in it.
    """

    free: int
    given: int
    came: int = 0


def available(wanted: CodeFilter, now: datetime) -> Select[Code]:
    """The codes of a filter that are nobody's, still good, and in no file yet."""
    nobodys = filtered(replace(wanted, state=Shown.AVAILABLE), now)
    return nobodys.where(Code.taken_out_at.is_(None))


def count_available(session: Session, wanted: CodeFilter, now: datetime) -> int:
    """How many codes an export under a filter would hold."""
    counted = available(wanted, now).with_only_columns(func.count(Code.id))
    return int(session.scalar(counted) or 0)


def count_alone(session: Session, wanted: CodeFilter, user_id: UUID, now: datetime) -> int:
    """How many different codes an admin would have taken alone within a day, `wanted` included.

    Alone: without a second admin. Else who stays below the limit each time could take all.
    """
    alone = (
        select(CodeExportCode.code_id)
        .join(CodeExport, CodeExport.id == CodeExportCode.export_id)
        .where(
            CodeExport.asked_by == user_id,
            CodeExport.decide_until.is_(None),
            CodeExport.asked_at > now - ALONE_WITHIN,
            CodeExport.state != ExportState.FAILED,
            CodeExportCode.is_left_out.is_(False),
        )
    )
    before = session.scalar(alone.with_only_columns(func.count(CodeExportCode.code_id.distinct())))
    others = available(wanted, now).where(Code.id.not_in(alone))
    more = others.with_only_columns(func.count(Code.id))
    return int(before or 0) + int(session.scalar(more) or 0)


def codes_of(export_id: UUID) -> Select[UUID]:
    """The keys of its codes, without those that were left out of its file."""
    return select(CodeExportCode.code_id).where(
        CodeExportCode.export_id == export_id, CodeExportCode.is_left_out.is_(False)
    )


def free_codes_of(export_id: UUID, now: datetime) -> Select[Code]:
    """Those of them that are nobody's and still good."""
    return select(Code).where(
        Code.id.in_(codes_of(export_id)), Code.state == State.AVAILABLE, Code.expires_at > now
    )


def count_meanwhile(
    session: Session, export: CodeExport, now: datetime, wanted: CodeFilter | None = None
) -> Meanwhile:
    """How its codes stand now; with the filter also how many more it would let through.

    While it waits, what another file holds by now is not free for this one.
    """
    counted = free_codes_of(export.id, now).with_only_columns(func.count(Code.id))
    if wanted is not None:
        counted = counted.where(Code.taken_out_at.is_(None))
    free = int(session.scalar(counted) or 0)
    total = int(session.scalar(codes_of(export.id).with_only_columns(func.count())) or 0)
    came = 0 if wanted is None else count_available(session, wanted, now) - free
    return Meanwhile(free, total - free, max(came, 0))
