"""Recovery codes: ten of twelve symbols (60 bits), each for one sign-in without the factor."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

COUNT = 10
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_GROUP = 4
_ALIKE = str.maketrans("OIL", "011")


def make_codes(random_bytes: Callable[[int], bytes]) -> list[str]:
    """Ten new codes, as they are printed; no two are the same."""
    made: dict[str, None] = {}
    while len(made) < COUNT:
        made[shown(_one(random_bytes(_LENGTH)))] = None
    return list(made)


def _one(noise: bytes) -> str:
    return "".join(_SYMBOLS[byte % len(_SYMBOLS)] for byte in noise)


def shown(code: str) -> str:
    """In groups of four."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def plain_code(typed: str) -> str | None:
    """The symbols of what was typed, case and separators aside; None when it is no code.

    O is read as 0, I and L as 1: these letters are in no code.
    """
    kept = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(one for one in kept if one.isalnum()).translate(_ALIKE)
    is_code = len(plain) == _LENGTH and set(plain) <= set(_SYMBOLS)
    return plain if is_code else None
