"""What is sealed with which key, and which keys there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from vlms.core.installation import InstallationFact
from vlms.core.scoping import seeing_unfinished
from vlms.keys.envelope import MARK, prefix_of
from vlms.keys.models import SealingKey
from vlms.keys.sealed import (
    SealedFiles,
    SealedTexts,
    Signs,
    sealed_files,
    sealed_texts,
    signed_by_master,
)

# Whoever took a key before it was retired has long written what they sealed with it.
GRACE = timedelta(hours=24)
# The fact that nothing is left of what the master key itself sealed, before data keys.
RESEALED = "codes_resealed_at"


@dataclass(frozen=True)
class Span:
    """What to seal anew: all that begins with a retired key's id; None: with a master key's."""

    key_id: UUID | None

    def holds(self, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """The condition for being in it."""
        if self.key_id is None:
            return column >= _next(MARK)
        return begins_with(column, prefix_of(self.key_id))


def begins_with(column: InstrumentedAttribute[Any], prefix: bytes) -> ColumnElement[bool]:
    """For columns of bytes, which both databases compare byte by byte."""
    return and_(column >= prefix, column < _next(prefix))


def _next(prefix: bytes) -> bytes:
    return (int.from_bytes(prefix) + 1).to_bytes(len(prefix))


def list_spans(session: Session, now: datetime) -> Sequence[Span]:
    """What is to be looked through now: each retired key twice, the second time to drop it."""
    due = or_(SealingKey.emptied_at.is_(None), SealingKey.retired_at <= now - GRACE)
    retired = select(SealingKey.id).where(
        SealingKey.retired_at.is_not(None),
        SealingKey.dropped_at.is_(None),
        SealingKey.shredded_at.is_(None),
        due,
    )
    found = [Span(key_id) for key_id in session.scalars(retired.order_by(SealingKey.id))]
    return found if is_resealed(session) else [Span(None), *found]


def is_resealed(session: Session) -> bool:
    """Whether nothing is left that the master key sealed before there were data keys."""
    return session.get(InstallationFact, RESEALED) is not None


def count_in(session: Session, span: Span, owner_id: UUID | None = None) -> int:
    """How many texts are in a span; with an owner only theirs."""
    with seeing_unfinished(session):
        return sum(
            _count(session, texts, span.holds(texts.column), *_mine(texts, owner_id))
            for texts in sealed_texts()
        )


def count_sealed(session: Session, owner_id: UUID | None) -> int:
    """How many texts of an organisation, or of the stock (None), are sealed at all."""
    with seeing_unfinished(session):
        return sum(
            _count(
                session,
                texts,
                texts.column.is_not(None),
                *([] if texts.owner is None else [texts.owner == owner_id]),
            )
            for texts in sealed_texts()
            if (texts.owner is None) is (owner_id is None)
        )


def count_usable(session: Session, owner_id: UUID, now: datetime, span: Span | None = None) -> int:
    """How many of an organisation's sealed texts are still worth something."""
    with seeing_unfinished(session):
        return sum(
            _count(
                session,
                texts,
                texts.column.is_not(None) if span is None else span.holds(texts.column),
                texts.usable(now),
                texts.owner == owner_id,
            )
            for texts in sealed_texts()
            if texts.usable is not None and texts.owner is not None
        )


def _mine(texts: SealedTexts, owner_id: UUID | None) -> Iterator[ColumnElement[bool]]:
    if owner_id is not None:
        yield false() if texts.owner is None else texts.owner == owner_id


def _count(session: Session, texts: SealedTexts, *conditions: ColumnElement[bool]) -> int:
    statement = select(func.count(texts.model.id)).where(*conditions)
    return int(session.scalar(statement) or 0)


def uses_of_master(session: Session, master_id: str, *, has_signed: bool = True) -> list[str]:
    """Where something is sealed or wrapped by a master key itself, or may be signed by it.

    One that was never in use has signed nothing.
    """
    prefix = master_id.encode()
    found = []
    with seeing_unfinished(session):
        # Of a file its beginning alone is read: whole ones are many gigabytes together.
        begins: list[tuple[SealedFiles, ColumnElement[bool]]] = [
            *((kept, begins_with(kept.column, prefix)) for kept in sealed_texts()),
            *(
                (kept, func.substr(kept.column, 1, len(prefix)) == prefix)
                for kept in sealed_files()
            ),
        ]
        for kept, condition in begins:
            if session.scalar(select(kept.model.id).where(condition).limit(1)) is not None:
                found.append(kept.name)
    wrapped = SealingKey.master_id == master_id, SealingKey.wrapped.is_not(None)
    if session.scalar(select(SealingKey.id).where(*wrapped).limit(1)) is not None:
        found.append("data_key.wrapped")
    signs = signed_by_master() if has_signed else ()
    return found + [each.name for each in signs if _has(session, each)]


def _has(session: Session, signs: Signs) -> bool:
    with seeing_unfinished(session):
        return session.scalar(select(signs.model.id).limit(1)) is not None


def list_keys(session: Session) -> Sequence[SealingKey]:
    """All data keys, those of one owner together, the newest first."""
    order = SealingKey.organisation_id, SealingKey.id.desc()
    return session.scalars(select(SealingKey).order_by(*order)).all()
