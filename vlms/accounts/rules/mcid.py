"""How a certification profile's id is written."""

from __future__ import annotations

import re

from vlms.core.reading import read_text, refuse
from vlms.core.text import Text, _

_DIGITS = re.compile(r"[0-9]{5,10}")
_read_line = read_text(20)


def read_mcid(typed: str, label: Text) -> str:
    """The digits of an MCID. Raises BadInput."""
    found = _read_line(typed, label)
    if not _DIGITS.fullmatch(found):
        raise refuse(typed, label, _("Write its 5 to 10 digits, as 990123456."))
    return found
