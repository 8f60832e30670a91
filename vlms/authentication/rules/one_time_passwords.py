"""One-time passwords of an authenticator app (TOTP, RFC 6238): six digits, each step once."""

from __future__ import annotations

import base64
import unicodedata
from datetime import datetime
from hmac import compare_digest

import pyotp

SECRET_BYTES = 20
STEP_SECONDS = 30
# One before and one after: clocks of telephones are seldom further off.
TOLERANCE = 1
_DIGITS = 6


def step_at(now: datetime) -> int:
    """The number of the step that runs at this moment."""
    return int(now.timestamp()) // STEP_SECONDS


def find_step(secret: bytes, typed: str, now: datetime, last_step: int) -> int | None:
    """The step whose password was typed; None for a wrong one, or one of a step that is spent.

    `last_step` is the last one that was used: none up to it counts again.
    """
    code = plain_digits(typed)
    running = step_at(now)
    made = pyotp.HOTP(written(secret))
    found = None
    for step in range(running - TOLERANCE, running + TOLERANCE + 1):
        # All are compared, so that the time tells nothing.
        is_right = compare_digest(made.at(step).encode(), code.encode())
        if is_right and step > last_step:
            found = step
    return found


def plain_digits(typed: str) -> str:
    """What was typed, made uniform: full-width digits and spaces between them are taken."""
    return "".join(unicodedata.normalize("NFKC", typed).split())[: _DIGITS + 1]


def written(secret: bytes) -> str:
    """The secret as authenticator apps write it, for typing by hand."""
    return base64.b32encode(secret).decode()


def in_groups(secret: bytes) -> str:
    """The same in groups of four, which are easier to copy."""
    text = written(secret)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_for_apps(secret: bytes, account: str, issuer: str) -> str:
    """What the QR symbol says: `otpauth://totp/…`."""
    return pyotp.TOTP(written(secret)).provisioning_uri(name=account, issuer_name=issuer)
