"""What an import would do, row by row, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from vlms.core.errors import BadInput, DomainError
from vlms.core.text import Text, _, ngettext, sentences

Facts = TypeVar("Facts")


class Change(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True)
class Difference:
    """A value that would change, as people read it."""

    name: Text
    before: str
    after: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, or with the file (no row); `field` is the column's key."""

    row: int | None
    sentence: Text
    field: str | None = None
    way_out: Text | None = None

    def __str__(self) -> str:
        return sentences(self.sentence, self.way_out or "")


def row_fault(row: int, refusal: DomainError, field: str | None = None) -> Fault:
    """A refusal of one value as a fault of its row; it names the row, as Excel counts."""
    sentence = _("Row %(row)s: %(sentence)s", row=row, sentence=refusal.sentence)
    return Fault(row, sentence, field or refusal.field, refusal.way_out)


@dataclass(frozen=True)
class Line(Generic[Facts]):
    """One row: `shown` are its values as people read them, `facts` None when it is wrong.

    `notes` tell what else follows from it.
    """

    number: int
    change: Change
    shown: tuple[str, ...]
    facts: Facts | None = None
    differences: tuple[Difference, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class DryRun(Generic[Facts]):
    """All rows of a file and what is wrong with the file itself; all of it counts or nothing."""

    headings: tuple[Text, ...]
    lines: Sequence[Line[Facts]]
    problems: Sequence[Fault] = ()

    @property
    def faults(self) -> list[Fault]:
        """Everything that is wrong, the file first."""
        return [*self.problems, *(fault for line in self.lines for fault in line.faults)]

    @property
    def is_sound(self) -> bool:
        return bool(self.lines) and not self.faults

    @property
    def counts(self) -> dict[Change, int]:
        """Rows by what they would do; every change is in it."""
        found = Counter(line.change for line in self.lines)
        return {change: found[change] for change in Change}

    def require_sound(self) -> None:
        """Raises BadInput that names the first fault and counts the others."""
        if self.is_sound:
            return
        if not self.faults:
            sentence = _("The file has no rows below its heading.")
            raise BadInput(None, sentence, reason="empty", field="file")
        first, more = self.faults[0], len(self.faults) - 1
        sentence = first.sentence
        if more:
            sentence = ngettext(
                "%(first)s There is %(number)s more problem.",
                "%(first)s There are %(number)s more problems.",
                more,
                first=first.sentence,
            )
        raise BadInput(None, sentence, reason="file_problems", field="file", way_out=first.way_out)
