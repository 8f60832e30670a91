"""Documents as values: what is on the paper, not how it is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vlms.core.text import DayWriter, Text
from vlms.exports.table import Table

Words = Text | str


@dataclass(frozen=True)
class Heading:
    text: Words


@dataclass(frozen=True)
class Paragraph:
    text: Words


@dataclass(frozen=True)
class Note:
    """A remark that must not be missed: terms, a warning, how something was counted."""

    text: Words


@dataclass(frozen=True)
class Facts:
    """Names and their values, one pair a line."""

    pairs: Sequence[tuple[Words, object]]


@dataclass(frozen=True)
class Rows:
    """A table inside a document; its title, marks and instant are not repeated."""

    table: Table[Any]


@dataclass(frozen=True)
class Qr:
    """A QR symbol of `content`, with a caption beside it."""

    content: str
    caption: Words = ""


@dataclass(frozen=True)
class CodeCard:
    """One code to cut out: the holder's own shows `code`, a batch's the claim QR (C8).

    `last_day` names the day and its zone. `terms` are short and stand on each card.
    """

    title: Words
    last_day: Words
    holder: Words = ""
    code: str | None = None
    claim_link: str | None = None
    caption: Words = ""
    exam_families: Sequence[Words] = ()
    terms: Sequence[Words] = ()

    def __post_init__(self) -> None:
        if (self.code is None) == (self.claim_link is None):
            raise ValueError("a card shows either its code or a claim link (C8)")


@dataclass(frozen=True)
class CodeCards:
    """Cards side by side, ten on a page when their texts are short."""

    cards: Sequence[CodeCard]
    across: int = 2


@dataclass(frozen=True)
class PageBreak:
    pass


Block = Heading | Paragraph | Note | Facts | Rows | Qr | CodeCards | PageBreak


@dataclass(frozen=True)
class Document:
    """A paper for people. `made_at` is aware and shown in its own zone.

    `write_day` sets every day on it, those within sentences too; None: as texts now do.
    `number` is the paper's own (order, invoice), `marks` stand in the header of each page
    ("Before tax"), `language` is a tag such as "zh-TW" for readers aloud.
    """

    title: Words
    blocks: Sequence[Block]
    made_at: datetime
    number: str = ""
    marks: Sequence[Words] = field(default_factory=tuple)
    language: str = "en"
    landscape: bool = False
    write_day: DayWriter | None = None

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at has no zone")
