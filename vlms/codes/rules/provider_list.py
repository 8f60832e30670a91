"""What an imported list of a provider's codes holds (C7): counted before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from vlms.codes.errors import BadCodeText
from vlms.codes.rules.code_text import normalise_provided
from vlms.core.text import Text, _, ngettext

# What a spreadsheet makes of a long number: its digits are gone.
_ROUNDED = re.compile(r"\d(\.\d+)?E\+\d+")


@dataclass(frozen=True)
class Row:
    """One row of the file, by the number the reader of the file sees."""

    number: int
    text: str
    last_day: date | None = None


@dataclass(frozen=True)
class NewCode:
    """A code that can be taken in: normalised, with its index key."""

    row_number: int
    text: str
    index_key: bytes
    last_day: date | None


@dataclass(frozen=True)
class Double:
    """A row that repeats an earlier row of the same file."""

    row_number: int
    first_row_number: int


@dataclass(frozen=True)
class Malformed:
    """A row that is no code, and why."""

    row_number: int
    refusal: BadCodeText


@dataclass(frozen=True)
class Analysis:
    """The dry run's result. `already_held` has row numbers only: never by whom."""

    new: tuple[NewCode, ...]
    doubles: tuple[Double, ...]
    already_held: tuple[int, ...]
    malformed: tuple[Malformed, ...]
    expected_count: int | None

    @property
    def surplus(self) -> int:
        """New codes beyond the expected count; negative when some are missing."""
        return 0 if self.expected_count is None else len(self.new) - self.expected_count

    @property
    def is_clean(self) -> bool:
        """Whether every row is a new code and their number is the expected one."""
        return not (self.doubles or self.already_held or self.malformed or self.surplus)

    def count_sentence(self) -> Text | None:
        """What to say when there are too many or too few codes."""
        if self.surplus > 0:
            return ngettext(
                "The file has %(number)s code more than expected.",
                "The file has %(number)s codes more than expected.",
                self.surplus,
            )
        if self.surplus < 0:
            return ngettext(
                "The file has %(number)s code fewer than expected.",
                "The file has %(number)s codes fewer than expected.",
                -self.surplus,
            )
        return None


def analyse(
    rows: Sequence[Row],
    index: Callable[[str], bytes],
    held: Callable[[Collection[bytes]], Collection[bytes]],
    *,
    expected_count: int | None = None,
    today: date | None = None,
) -> Analysis:
    """Sort a file's rows into new, double, already held and malformed.

    `index` gives a normalised code's index key; `held` is asked once and gives those of
    its keys that the system has. With `today` (in the provider's zone) a row whose last
    day is over counts as malformed.
    """
    first, doubles, malformed = _sorted_out(rows, index, today)
    known = set(held(first.keys())) if first else set()
    return Analysis(
        new=tuple(code for key, code in first.items() if key not in known),
        doubles=tuple(doubles),
        already_held=tuple(code.row_number for key, code in first.items() if key in known),
        malformed=tuple(malformed),
        expected_count=expected_count,
    )


def _sorted_out(
    rows: Sequence[Row], index: Callable[[str], bytes], today: date | None
) -> tuple[dict[bytes, NewCode], list[Double], list[Malformed]]:
    first: dict[bytes, NewCode] = {}
    doubles: list[Double] = []
    malformed: list[Malformed] = []
    for row in rows:
        try:
            text = _read(row, today)
        except BadCodeText as refusal:
            malformed.append(Malformed(row.number, refusal))
            continue
        key = index(text)
        if key in first:
            doubles.append(Double(row.number, first[key].row_number))
        else:
            first[key] = NewCode(row.number, text, key, row.last_day)
    return first, doubles, malformed


def _read(row: Row, today: date | None) -> str:
    text = normalise_provided(row.text)
    if _ROUNDED.fullmatch(text):
        raise BadCodeText(
            "C7",
            _("A spreadsheet has turned this code into a rounded number."),
            reason="code_rounded",
            field="code",
            way_out=_("Format the column as text and enter the codes anew."),
        )
    if today is not None and row.last_day is not None and row.last_day < today:
        raise BadCodeText(
            "C5",
            _("The last day of this code, %(day)s, is over.", day=row.last_day),
            reason="code_lapsed",
            field="last_day",
            way_out=_("Ask the provider for a code that is still good, or leave the row out."),
        )
    return text
