"""What holders and those who answer them write: words, never a code (C8)."""

from __future__ import annotations

import re
import unicodedata

from vlms.codes.errors import BadCodeText
from vlms.codes.rules.check_symbols import WORD_COUNT
from vlms.codes.rules.code_text import normalise
from vlms.core.errors import BadInput
from vlms.core.text import _

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9\s_\-\u2010-\u2015]*[A-Za-z0-9]")


def check_note(note: str, field: str = "note") -> None:
    """Raises BadInput for an empty note, or one in which a code of ours stands."""
    if not note.strip():
        raise BadInput(
            "O7",
            _("Nothing has been written."),
            field=field,
            way_out=_("Say in a few words what is meant."),
        )
    if holds_code(note):
        raise BadInput(
            "C8",
            _("The code itself stands in this text."),
            reason="note_holds_code",
            field=field,
            way_out=_("Take it out: the request names its code without it."),
        )


def holds_code(note: str) -> bool:
    """Whether 28 symbols in a row, separators aside, are a code by their check symbols."""
    plain = unicodedata.normalize("NFKC", note)
    return any(_run_holds(run) for run in _RUN.findall(plain))


def _run_holds(run: str) -> bool:
    symbols = re.sub(r"[^A-Za-z0-9]", "", run)
    starts = range(len(symbols) - WORD_COUNT + 1)
    return any(_is_code(symbols[start : start + WORD_COUNT]) for start in starts)


def _is_code(text: str) -> bool:
    try:
        normalise(text)
    except BadCodeText:
        return False
    return True
