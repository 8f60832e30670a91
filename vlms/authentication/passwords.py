"""Passwords: Argon2id, at least eight characters (NIST SP 800-63B), never stored or logged."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from vlms.core.errors import BadInput
from vlms.core.text import _

SHORTEST = 8
LONGEST = 256
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified for unknown addresses, so that they take as long as known ones.
_NOBODY = _hasher.hash("nobody has this password")


def check_password(password: str) -> None:
    """Raises BadInput when it is too short or too long; nothing else is demanded."""
    if not SHORTEST <= len(_plain(password)) <= LONGEST:
        raise BadInput(
            None,
            _("The password is too short or too long."),
            field="password",
            way_out=_(
                "Use %(shortest)s to %(longest)s characters.", shortest=SHORTEST, longest=LONGEST
            ),
        )


def hash_password(password: str) -> str:
    return _hasher.hash(_plain(password))


def is_password(password: str, stored: str | None) -> bool:
    """Whether it is the stored one; takes as long when there is none."""
    try:
        _hasher.verify(stored or _NOBODY, _plain(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
