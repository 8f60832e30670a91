"""Texts for people, kept as values until somebody reads them.

Rules and services make a :class:`Text`; who shows it decides the language. The
translator is set once by the application; without one a text is its English self.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from vlms.core.money import Money

Translator = Callable[[str, str | None, int | None], str]


def _english(singular: str, plural: str | None, number: int | None) -> str:
    return singular if plural is None or number == 1 else plural


DayWriter = Callable[[date], str]
CountWriter = Callable[[int], str]

_translator: Translator = _english
_reads_chinese: Callable[[], bool] = bool
_write_day: DayWriter = date.isoformat
_write_count: CountWriter = str
_paper_writer: ContextVar[DayWriter | None] = ContextVar("paper_writer", default=None)


def use_translator(
    translator: Translator,
    reads_chinese: Callable[[], bool] = bool,
    write_day: DayWriter = date.isoformat,
    write_count: CountWriter = str,
) -> None:
    """Let every text from now on be translated by `translator(singular, plural, number)`.

    `reads_chinese` tells which of a record's two names the reader gets, `write_day` and
    `write_count` how days and whole numbers within a text are written.
    """
    global _translator, _reads_chinese, _write_day, _write_count
    _translator, _reads_chinese = translator, reads_chinese
    _write_day, _write_count = write_day, write_count


@contextmanager
def writing_days(writer: DayWriter) -> Iterator[None]:
    """Let the days within texts, and what :func:`written` gives, be written by `writer`."""
    token = _paper_writer.set(writer)
    try:
        yield
    finally:
        _paper_writer.reset(token)


def written(value: object) -> object:
    """A day, a number, an amount and words in a row as they are to be written here."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return (_paper_writer.get() or _write_day)(value)
    if isinstance(value, Money) and _reads_chinese():
        return value.in_chinese
    if isinstance(value, tuple):
        return ("、" if _reads_chinese() else ", ").join(map(str, value))
    return _write_count(value) if type(value) is int else value


@dataclass(frozen=True, eq=False)
class Text:
    """A translatable sentence and its values; `str()` gives it in the reader's language."""

    singular: str
    plural: str | None = None
    number: int | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        translated = _translator(self.singular, self.plural, self.number)
        if not self.values:
            return translated
        return translated % {name: written(value) for name, value in self.values.items()}

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, Text | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.singular)

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)


def _(message: str, **values: Any) -> Text:
    """Mark and make a text: `_("%(count)s codes left", count=3)`."""
    return Text(message, values=values)


def ngettext(singular: str, plural: str, number: int, **values: Any) -> Text:
    """A text that depends on a count; `%(number)s` is filled in."""
    return Text(singular, plural, number, {"number": number, **values})


@dataclass(frozen=True, eq=False)
class Name(Text):
    """What a record is called in both languages; `str()` gives it in the reader's."""

    chinese: str = ""

    def __str__(self) -> str:
        return self.chinese if _reads_chinese() else self.singular


def bracketed(word: object) -> str:
    """A word in the brackets of the reader's script, to stand behind another: ` (a)`; `（a）`."""
    return f"（{word}）" if _reads_chinese() else f" ({word})"


def sentences(*parts: object) -> str:
    """Sentences one after the other, as the reader's script sets them; empty ones are left out.

    After a full-width mark no space follows.
    """
    joined = ""
    for part in filter(None, map(str, parts)):
        gap = "" if not joined or joined[-1] in _WIDE_ENDS else " "
        joined += gap + part
    return joined


_WIDE_ENDS = "。！？；：，）」』"
