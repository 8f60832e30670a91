"""Files at rest: sealed with the master key for one place, and opened there alone."""

from __future__ import annotations

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vlms.core import tokens
from vlms.core.errors import DomainError
from vlms.core.keys import KEY_ID_LENGTH, KeyRing
from vlms.core.masters import current_ring, find_master
from vlms.core.text import _

_NONCE_BYTES = 12
_log = structlog.get_logger()


class MasterKeyLacking(DomainError, KeyError):
    """Something was sealed with a master key that the key file of this machine has not."""

    reason = "master_key_lacking"


def seal(keys: KeyRing, body: bytes, place: str) -> bytes:
    """The master key's id, a nonce, and the body, sealed for its place."""
    ring = current_ring(keys)
    nonce, key_id = tokens.random_bytes(_NONCE_BYTES), ring.master_id.encode()
    return key_id + nonce + AESGCM(ring.master).encrypt(nonce, body, place.encode())


def unseal(keys: KeyRing, sealed: bytes, place: str) -> bytes:
    """What was sealed for that place; raises InvalidTag elsewhere.

    Raises MasterKeyLacking, a KeyError, without its key.
    """
    key_id, rest = sealed[:KEY_ID_LENGTH].decode("ascii", errors="replace"), sealed[KEY_ID_LENGTH:]
    key = find_master(keys, key_id)
    if key is None:
        if key_id.isalnum():
            _log.error("master key lacking", key=key_id)
        raise MasterKeyLacking(
            None,
            _("This machine lacks the master key %(key)s.", key=repr(key_id)),
            way_out=_("The operator copies the key file to every machine; then try again."),
        )
    return AESGCM(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], place.encode())
