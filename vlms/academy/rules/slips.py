"""For whom a slip is printed, and what of a name stands where anybody might read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from vlms.core.text import Text, _

LIFETIME = timedelta(days=120)
"""How long a slip opens: about a term."""

_HIDDEN = "○"
_LATIN_END = 0x2E80


@dataclass(frozen=True)
class Bearer:
    """What decides about a slip for a person.

    `sign_in_name` is None where the number cannot be one; `has_other_sign_in`: they sign in
    with an e-mail address already.
    """

    has_left: bool
    has_address: bool
    has_other_sign_in: bool
    has_number: bool
    sign_in_name: str | None


def why_no_slip(bearer: Bearer) -> Text | None:
    """Why this person gets none; None: one can be printed."""
    if bearer.has_left:
        return _("Has left the institution.")
    if bearer.has_other_sign_in:
        return _("Signs in with an e-mail address already.")
    if bearer.has_address:
        return _("Has an e-mail address, to which links are sent.")
    if not bearer.has_number:
        return _("Has no student number yet; enter it first.")
    if bearer.sign_in_name is None:
        return _("The number has signs other than letters, digits, points and hyphens.")
    return None


def partly(name: str) -> str:
    """Enough of a name for its bearer to know it by: 王○明, L…e L…r."""
    return " ".join(_partly(word) for word in name.split())


def _partly(word: str) -> str:
    if ord(word[0]) < _LATIN_END:
        return word[0] + "…" + (word[-1] if len(word) > 2 else "")
    return word[0] + _HIDDEN * max(len(word) - 2, 1) + (word[-1] if len(word) > 2 else "")
