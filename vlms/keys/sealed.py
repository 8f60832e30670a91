"""What is sealed with which keys: each domain names its columns, the top collects them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True)
class SealedFiles:
    """A column of files that the master key seals itself."""

    model: type[Any]
    column: InstrumentedAttribute[Any]

    @property
    def name(self) -> str:
        return f"{self.model.__tablename__}.{self.column.key}"


@dataclass(frozen=True)
class SealedTexts(SealedFiles):
    """A column of texts sealed with the data key of `owner`'s organisation; None: the stock's."""

    owner: InstrumentedAttribute[Any] | None = None
    # The condition under which a text is still worth something; None: never.
    usable: Callable[[datetime], ColumnElement[bool]] | None = None


@dataclass(frozen=True)
class Signs:
    """Rows of which something was given away that a key derived from the master key signed.

    Which one is not kept: as long as there is such a row, each former one may be asked for.
    """

    model: type[Any]
    what: str

    @property
    def name(self) -> str:
        return f"{self.model.__tablename__} ({self.what})"


@dataclass
class _Known:
    texts: tuple[SealedTexts, ...] = field(default=())
    files: tuple[SealedFiles, ...] = field(default=())
    signs: tuple[Signs, ...] = field(default=())


_known = _Known()


def use_sealed(
    texts: Sequence[SealedTexts], files: Sequence[SealedFiles], signs: Sequence[Signs]
) -> None:
    """Told once, by the application."""
    _known.texts, _known.files, _known.signs = tuple(texts), tuple(files), tuple(signs)


def sealed_texts() -> tuple[SealedTexts, ...]:
    return _known.texts


def signed_by_master() -> tuple[Signs, ...]:
    return _known.signs


def sealed_files() -> tuple[SealedFiles, ...]:
    return _known.files
