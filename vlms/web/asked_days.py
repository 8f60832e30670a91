"""How many days a list's address asks for."""

from __future__ import annotations

from vlms.core.errors import BadInput
from vlms.core.reading import read_whole
from vlms.core.text import _
from vlms.web.lists import Filter
from vlms.web.pages import wanted

NAME = "days"
MOST = 365
LABEL = _("Not answered for so many days")


def asked_days(usual: int | None = None) -> tuple[int | None, Filter]:
    """The number and its field; the usual one for none, and for what is no such number."""
    hint = _("Days") if usual is None else _("%(number)s unless you say otherwise", number=usual)
    typed = wanted(NAME)
    if typed is None:
        return usual, Filter(NAME, LABEL, hint=hint)
    try:
        return read_whole(0, MOST)(typed, LABEL), Filter(NAME, LABEL, hint=hint)
    except BadInput as refusal:
        return usual, Filter(NAME, LABEL, hint=hint, error=refusal)
