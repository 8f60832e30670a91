"""To whom a saved report is sent, as it is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vlms.core.reading import read_email, refuse
from vlms.core.text import Text, _

MOST = 10
_BETWEEN = re.compile(r"[\s,;，；、]+")


def read_recipients(typed: str, label: Text) -> Sequence[str]:
    """Addresses with commas or spaces between them, each once; none where nothing is typed."""
    words = [word for word in _BETWEEN.split(typed) if word]
    found = list(dict.fromkeys(read_email(word, label) for word in words))
    if len(found) > MOST:
        raise refuse(typed, label, _("Enter at most %(most)s addresses.", most=MOST))
    return found
