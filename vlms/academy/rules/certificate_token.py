"""The secret in a certificate's QR: derived from a key, found again by its digest."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

_TOKEN_BYTES = 16
TOKEN_LENGTH = 22


def certificate_token(key: bytes, certificate_id: UUID) -> str:
    """22 URL-safe symbols, 128 bits; always the same, so that a paper can be printed again."""
    secret = hmac.digest(key, b"vlms course certificate|" + certificate_id.bytes, "sha256")
    return base64.urlsafe_b64encode(secret[:_TOKEN_BYTES]).rstrip(b"=").decode("ascii")


def token_digest(token: str) -> str:
    """What the database keeps of it, in hexadecimal."""
    return hashlib.sha256(b"vlms course certificate|" + token.encode()).hexdigest()
