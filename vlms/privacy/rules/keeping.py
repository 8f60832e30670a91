"""How long each kind of record is kept (D3); the numbers are days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from vlms.core.text import Text, _


class Kept(StrEnum):
    """The kinds that end by this table; others end by their own rules, or never."""

    SIGN_INS = "sign_ins"
    IMPORT_ROWS = "import_rows"
    MAILS = "mails"


@dataclass(frozen=True)
class Keeping:
    kind: Kept
    title: Text
    days: int
    afterwards: Text

    @property
    def time(self) -> timedelta:
        return timedelta(days=self.days)


KEEPINGS: Sequence[Keeping] = (
    Keeping(
        Kept.SIGN_INS,
        _("Browser and network of a sign-in"),
        90,
        _("emptied, so long after it ended"),
    ),
    Keeping(
        Kept.IMPORT_ROWS,
        _("Rows of lists of people that were imported"),
        90,
        _("removed, so long after the import"),
    ),
    Keeping(
        Kept.MAILS,
        _("Mails that were sent or given up"),
        400,
        _("removed, unless a link in it still opens something"),
    ),
)
"""Shorter than any rule of codes or money would need: none of these is read by one."""
