"""Posts that prove who sent them, and when, as Standard Webhooks says.

The header `webhook-signature` holds one or several `v1,<base64>`: the HMAC-SHA256 of
`<webhook-id>.<webhook-timestamp>.<body>` under the secret that both sides keep.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from vlms.core.errors import DomainError
from vlms.core.text import _

# Older ones, and those of a clock that runs ahead, are refused: a copy is worth nothing later.
WINDOW = timedelta(minutes=5)
_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
_MOST_SIGNATURES = 10


class Unsigned(DomainError):
    """It is not proved who posted this, or when."""

    reason = "unsigned"


def read_secret(text: str) -> bytes:
    """The key in `whsec_<base64>`; raises ValueError for one that is none, or too short."""
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("not base64") from error
    if not text.startswith(_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("whsec_ and 24 to 64 bytes in base64")
    return key


def sign(key: bytes, post_id: str, sent_at: int, body: bytes) -> str:
    """The signature of a post; `sent_at` in seconds since 1970."""
    signed = f"{post_id}.{sent_at}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")


def check_signature(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Raises Unsigned unless this key signed exactly this, within the window of `now`."""
    post_id = headers.get("webhook-id", "")
    sent_at = _moment(headers.get("webhook-timestamp", ""))
    if not post_id or sent_at is None or abs(now - sent_at) > WINDOW:
        raise Unsigned(None, _("This is too old, or does not say when it was sent."))
    wanted = sign(key, post_id, int(sent_at.timestamp()), body).encode()
    given = headers.get("webhook-signature", "").split()[:_MOST_SIGNATURES]
    # All are compared, however early one fits.
    if not sum(hmac.compare_digest(wanted, each.encode()) for each in given):
        raise Unsigned(None, _("This is not signed with the secret that was agreed on."))


def _moment(seconds: str) -> datetime | None:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
