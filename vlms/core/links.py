"""Signed one-time links: a row's id that nobody can guess or change."""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

_ID_BYTES = 16
_SIGNATURE_BYTES = 16
_TOKEN_LENGTH = 43


ONE_TIME = b"vlms one-time link|"
SWITCH_OFF = b"vlms switch-off link|"


def sign_link(key: bytes, link_id: UUID, purpose: bytes = ONE_TIME) -> str:
    """URL-safe text of 43 symbols: the id and 128 bits of its signature for this purpose."""
    signed = link_id.bytes + _signature(key, link_id.bytes, purpose)
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode("ascii")


def read_link(key: bytes, token: str, purpose: bytes = ONE_TIME) -> UUID | None:
    """The id in a token, or None unless this key signed exactly this text for the purpose."""
    if len(token) != _TOKEN_LENGTH or not token.isascii():
        return None
    try:
        signed = base64.urlsafe_b64decode(token + "=")
    except binascii.Error:
        return None
    link_id, signature = signed[:_ID_BYTES], signed[_ID_BYTES:]
    if not hmac.compare_digest(signature, _signature(key, link_id, purpose)):
        return None
    found = UUID(bytes=link_id)
    # The last symbol has unused bits: one link has one spelling.
    return found if hmac.compare_digest(sign_link(key, found, purpose), token) else None


def _signature(key: bytes, link_id: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose + link_id, "sha256")[:_SIGNATURE_BYTES]
