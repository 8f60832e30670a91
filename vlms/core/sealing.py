"""Files at rest: sealed with the master key for one place, and opened there alone."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vlms.core import tokens
from vlms.core.keys import KEY_ID_LENGTH, KeyRing
from vlms.core.masters import current_ring, find_master

_NONCE_BYTES = 12


def seal(keys: KeyRing, body: bytes, place: str) -> bytes:
    """The master key's id, a nonce, and the body, sealed for its place."""
    ring = current_ring(keys)
    nonce, key_id = tokens.random_bytes(_NONCE_BYTES), ring.master_id.encode()
    return key_id + nonce + AESGCM(ring.master).encrypt(nonce, body, place.encode())


def unseal(keys: KeyRing, sealed: bytes, place: str) -> bytes:
    """What was sealed for that place; raises InvalidTag elsewhere, KeyError without its key."""
    key_id, rest = sealed[:KEY_ID_LENGTH].decode("ascii", errors="replace"), sealed[KEY_ID_LENGTH:]
    key = find_master(keys, key_id)
    if key is None:
        raise KeyError(key_id)
    return AESGCM(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], place.encode())
