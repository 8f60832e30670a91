"""Which passwords are taken: long ones that are not easily guessed (G1, after NIST SP 800-63B).

Nothing else is demanded: no kinds of characters, no change from time to time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from zxcvbn import zxcvbn

from vlms.core.errors import BadInput
from vlms.core.text import _

# With a second factor a password may be shorter than where it stands alone.
SHORTEST_ALONE = 15
SHORTEST_BESIDE = 8
LONGEST = 256
# Fewer guesses than these, of who knows lists of common passwords and how people vary them.
FEWEST_GUESSES = 100_000_000
# So many different letters and digits stand in it beside words that everybody knows of its user.
FEWEST_OTHER = 4
_PRODUCT = "vlms"
_SHORTEST_WORD = 3
# zxcvbn looks at no more; the rest can only make it better.
_LOOKED_AT = 72
_PARTS = re.compile(r"\w+")


def uniform(password: str) -> str:
    """The form in which two passwords are the same."""
    return unicodedata.normalize("NFC", password)


def check_password(
    password: str, words: Collection[str] = (), *, shortest: int = SHORTEST_ALONE
) -> None:
    """Raises BadInput when it is too short, too long, or easily guessed.

    `words` are what others know of its user: name, address, organisations.
    """
    plain = uniform(password)
    if not shortest <= len(plain) <= LONGEST:
        raise BadInput(
            "G1",
            _("The password is too short or too long."),
            field="password",
            way_out=_(
                "Use %(shortest)s to %(longest)s characters.", shortest=shortest, longest=LONGEST
            ),
        )
    if is_easily_guessed(plain, words):
        raise BadInput(
            "G1",
            _("This password is easily guessed: it is a common one, or made of your own names."),
            field="password",
            way_out=_("Take some words that belong together only for you."),
            reason="easily_guessed",
        )


def is_easily_guessed(password: str, words: Collection[str] = ()) -> bool:
    """Whether it stands in lists of common ones, in a form people vary them to, or is one's own."""
    own = sorted({part for word in (*words, _PRODUCT) for part in _parts(word)}, key=len)
    if _is_own(password, own):
        return True
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=own)
    return bool(found["guesses"] < FEWEST_GUESSES)


def _parts(word: str) -> Iterator[str]:
    """The words of a name or address, folded; a short one says too little."""
    for part in _PARTS.findall(word.casefold().replace("_", " ")):
        if len(part) >= _SHORTEST_WORD or not part.isascii():
            yield part


def _is_own(password: str, own: Collection[str]) -> bool:
    """Whether little is left of it without these words: too few different characters."""
    left = folded = password.casefold()
    for word in reversed(tuple(own)):
        left = left.replace(word, " ")
    return left != folded and len(set(re.sub(r"[\W_]", "", left))) < FEWEST_OTHER
