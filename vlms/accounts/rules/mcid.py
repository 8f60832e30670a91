"""How a certification profile's id is written, and whom it means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

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


def only_one(people: Sequence[tuple[UUID, bool]]) -> UUID | None:
    """Whom an MCID means that a directory has at these entries, each with whether it is present.

    Who is present comes before who has left; None where it could be several.
    """
    found = [key for key, is_present in people if is_present] or [key for key, _left in people]
    return found[0] if len(found) == 1 else None
