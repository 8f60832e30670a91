"""What holders and those who answer them write: words, never a code (C8)."""

from __future__ import annotations

import re
import unicodedata

from vlms.codes.errors import BadCodeText
from vlms.codes.rules.check_symbols import WORD_COUNT
from vlms.codes.rules.code_text import normalise, squeezed
from vlms.core.errors import BadInput
from vlms.core.text import _

# Words, and what may stand between the parts of a code.
_RUN = re.compile(r"[A-Za-z0-9]+(?:[\s_\-\u2010-\u2015\u2212]+[A-Za-z0-9]+)*")
_WORD = re.compile(r"[A-Za-z0-9]+")


def check_note(note: str, field: str = "note", own: str | None = None) -> None:
    """Raises BadInput for an empty note, or one in which a code of ours stands.

    `own` is the normalised code that the note is about: a provider's has no check symbols.
    """
    if not note.strip():
        raise BadInput(
            "O7",
            _("Nothing has been written."),
            field=field,
            way_out=_("Say in a few words what is meant."),
        )
    if holds_code(note) or (own is not None and own in squeezed(note)):
        raise BadInput(
            "C8",
            _("The code itself stands in this text."),
            reason="note_holds_code",
            field=field,
            way_out=_("Take it out: the request names its code without it."),
        )


def holds_code(note: str) -> bool:
    """Whether some words in a row, separators aside, are a code by their check symbols.

    A code has a digit, and begins and ends where words do unless it stands within one: of
    the letters of plain sentences, 28 in a row pass the check once in a thousand times.
    """
    plain = unicodedata.normalize("NFKC", note)
    return any(_run_holds(_WORD.findall(run)) for run in _RUN.findall(plain))


def _run_holds(words: list[str]) -> bool:
    return any(_begins_code(words[start:]) for start in range(len(words))) or any(
        _begins_code([word[start : start + WORD_COUNT]])
        for word in words
        for start in range(len(word) - WORD_COUNT + 1)
    )


def _begins_code(words: list[str]) -> bool:
    text = ""
    for word in words:
        text += word
        if len(text) >= WORD_COUNT:
            break
    return any(sign.isdigit() for sign in text) and _is_code(text)


def _is_code(text: str) -> bool:
    try:
        normalise(text)
    except BadCodeText:
        return False
    return True
