"""Passwords are kept as Argon2id hashes (NIST SP 800-63B), never stored or logged themselves."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from vlms.authentication.rules.passwords import LONGEST, uniform

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified for unknown addresses, so that they take as long as known ones.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _hasher.hash(uniform(password))


def is_password(password: str, stored: str | None) -> bool:
    """Whether it is the stored one; takes as long when there is none."""
    is_same = any([_verifies(form, stored or _NOBODY) for form in _forms(password)])
    return is_same and stored is not None


def _forms(password: str) -> list[str]:
    """As it is hashed now, and as it was before this release where that differs."""
    now, before = uniform(password), unicodedata.normalize("NFKC", password)
    return [form[:LONGEST] for form in dict.fromkeys((now, before))]


def _verifies(password: str, stored: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
