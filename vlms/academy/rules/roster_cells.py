"""Reads the cells of one line of a roster: each by its column, with all that is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime

from vlms.core.errors import BadInput
from vlms.core.quick_emails import quick_email_reader
from vlms.core.reading import read_text, shown
from vlms.core.text import Text, _

Report = Callable[[int, str, Text, Text | None], None]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_WAY_OUT = _("Write year, month and day, as 2026-09-01.")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


class Cells:
    """The line at hand. What is wrong is reported and read as empty; `is_sound` tells."""

    def __init__(self, places: Mapping[str, int], report: Report) -> None:
        self._places, self._report = places, report
        self._values: Sequence[str] = ()
        self._read_email = quick_email_reader()
        self.line = 0
        self.is_sound = True

    def turn_to(self, line: int, values: Sequence[str]) -> None:
        self.line, self._values, self.is_sound = line, values, True

    def wrong(self, name: str, sentence: Text, way_out: Text | None = None) -> None:
        self.is_sound = False
        self._report(self.line, name, sentence, way_out)

    def raw(self, name: str) -> str:
        place = self._places.get(name)
        return "" if place is None else self._values[place].strip()

    def text(self, name: str, longest: int) -> str:
        """What must be there."""
        if not self.raw(name):
            self.wrong(name, _("%(field)s is missing.", field=name))
        return self.optional(name, longest) or ""

    def optional(self, name: str, longest: int) -> str | None:
        value = self.raw(name)
        if not value:
            return None
        if len(value) <= longest:
            if value.isascii() and value.isprintable():
                return value
            if value.isprintable():
                return unicodedata.normalize("NFC", value)
        try:
            return read_text(longest)(value, Text(name))
        except BadInput as refusal:
            self.wrong(name, refusal.sentence, refusal.way_out)
            return None

    def keys(self, name: str, longest: int, *, required: bool) -> tuple[str, ...]:
        """A list of keys, separated by commas."""
        found = tuple(dict.fromkeys(key.strip() for key in self.raw(name).split(",")))
        found = tuple(key for key in found if key)
        if required and not found:
            self.wrong(name, _("%(field)s is missing.", field=name))
        if any(len(key) > longest or not key.isprintable() for key in found):
            self._unusable(name, _("Let the source system export the files again."))
            return ()
        return found

    def word(self, name: str, words: Collection[str], default: str = "") -> str:
        """One of the words of the format."""
        value = self.raw(name) or default
        if value in words:
            return value
        if not value:
            self.wrong(name, _("%(field)s is missing.", field=name))
        else:
            allowed = ", ".join(sorted(words))
            self._unusable(name, _("Use one of these: %(words)s.", words=allowed))
        return ""

    def flag(self, name: str, default: bool | None = None) -> bool:
        value = self.raw(name).lower()
        if not value and default is not None:
            return default
        if value not in _FLAGS:
            self.word(name, ("true", "false"))
        return _FLAGS.get(value, False)

    def day(self, name: str) -> date | None:
        value = self.raw(name)
        if not value:
            return None
        if _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self._unusable(name, _DAY_WAY_OUT)
        return None

    def required_day(self, name: str) -> date:
        found = self.day(name)
        if found is None and not self.raw(name):
            self.wrong(name, _("%(field)s is missing.", field=name), _DAY_WAY_OUT)
        return found or date.min

    def moment(self, name: str, *, required: bool) -> None:
        """Checked only: nothing here depends on it."""
        value = self.raw(name)
        if not value:
            if required:
                self.wrong(name, _("%(field)s is missing.", field=name))
            return
        try:
            datetime.fromisoformat(value)
        except ValueError:
            self._unusable(name, _("Write day and time, as 2026-09-01T08:00:00Z."))

    def email(self, name: str) -> str | None:
        """An address as it is stored."""
        value = self.raw(name)
        if not value:
            return None
        try:
            return self._read_email(value, Text(name))
        except BadInput as refusal:
            self.wrong(name, refusal.sentence, refusal.way_out)
            return None

    def _unusable(self, name: str, way_out: Text) -> None:
        sentence = _(
            '%(field)s: "%(typed)s" cannot be used.', field=name, typed=shown(self.raw(name))
        )
        self.wrong(name, sentence, way_out)
