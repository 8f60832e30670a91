"""Finds an organisation's own letters and their wordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.text import _
from vlms.notices.models import Letter, LetterVersion, OutboxMessage


def get_letter(session: Session, letter_id: UUID) -> Letter:
    """Raises NotFound, also for a letter of another organisation."""
    letter = session.scalar(select(Letter).where(Letter.id == letter_id))
    if letter is None:
        raise NotFound(None, _("There is no such letter in this organisation."))
    return letter


def list_letters(
    session: Session, organisation_id: UUID, template: str | None = None
) -> Sequence[Letter]:
    """An organisation's letters, those of a template if one is given, by name."""
    statement = select(Letter).where(Letter.organisation_id == organisation_id)
    if template is not None:
        statement = statement.where(Letter.template == template)
    return session.scalars(statement.order_by(Letter.template, Letter.name)).all()


def list_languages(session: Session, organisation_id: UUID) -> Mapping[UUID, set[Language]]:
    """In which languages each letter has a wording of its own now."""
    open_now = select(LetterVersion.letter_id, LetterVersion.language).where(
        LetterVersion.organisation_id == organisation_id, LetterVersion.ended_at.is_(None)
    )
    found: dict[UUID, set[Language]] = {}
    for letter_id, language in session.execute(open_now):
        found.setdefault(letter_id, set()).add(language)
    return found


def list_versions(session: Session, letter_id: UUID) -> Sequence[LetterVersion]:
    """Every wording that a letter ever had, the newest first."""
    statement = select(LetterVersion).where(LetterVersion.letter_id == letter_id)
    return session.scalars(statement.order_by(LetterVersion.id.desc())).all()


def find_open_version(
    session: Session, letter_id: UUID, language: Language
) -> LetterVersion | None:
    """The wording in this language now; None: the standard text."""
    return session.scalar(
        select(LetterVersion).where(
            LetterVersion.letter_id == letter_id,
            LetterVersion.language == language,
            LetterVersion.ended_at.is_(None),
        )
    )


def find_last_number(session: Session, letter_id: UUID, language: Language) -> int:
    """The number of the newest wording in this language; 0 before the first."""
    newest = select(func.max(LetterVersion.number)).where(
        LetterVersion.letter_id == letter_id, LetterVersion.language == language
    )
    return int(session.scalar(newest) or 0)


def count_uses(session: Session, letter_id: UUID) -> Mapping[UUID, int]:
    """How many messages were written in each wording of a letter."""
    used = (
        select(OutboxMessage.letter_version_id, func.count(OutboxMessage.id))
        .join(LetterVersion, LetterVersion.id == OutboxMessage.letter_version_id)
        .where(LetterVersion.letter_id == letter_id)
        .group_by(OutboxMessage.letter_version_id)
    )
    return {version_id: count for version_id, count in session.execute(used) if version_id}
