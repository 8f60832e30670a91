"""Months as people type them: 2026-03."""

from __future__ import annotations

import re

from vlms.core.errors import BadInput
from vlms.core.reading import refuse
from vlms.core.text import Text, _

_MONTH = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")


def read_month(typed: str, label: Text) -> str:
    """A month as 2026-03. Raises BadInput."""
    month = typed.strip()
    if not month:
        raise BadInput(None, _("%(field)s is missing.", field=label), reason="missing")
    if not _MONTH.fullmatch(month):
        raise refuse(typed, label, _("Enter year and month, as 2026-03."))
    return month
