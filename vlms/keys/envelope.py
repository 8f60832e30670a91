"""The bytes of envelopes: data keys wrapped by a master key, texts sealed by a data key.

A wrapped key belongs to one owner and one id, a sealed text to one row of one owner and one
key: moved anywhere else, neither opens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vlms.core import tokens
from vlms.core.keys import KEY_BYTES, KEY_ID_LENGTH, KeyRing

NONCE_BYTES = 12
# What a master key sealed begins with its id, which is in hexadecimal digits.
MARK = b"\x01"
_HEAD = len(MARK) + 16
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True)
class OpenKey:
    """A data key as it can be used."""

    id: UUID
    owner_id: UUID | None
    cipher: AESGCM = field(repr=False)

    @property
    def prefix(self) -> bytes:
        """With what everything begins that it has sealed."""
        return prefix_of(self.id)


def new_key(ring: KeyRing, key_id: UUID, owner_id: UUID | None) -> tuple[bytes, OpenKey]:
    """A key, wrapped by the master key of today, and open."""
    raw = tokens.random_bytes(KEY_BYTES)
    wrapped = _wrap(ring, key_id, owner_id, raw)
    return wrapped, OpenKey(key_id, owner_id, AESGCM(raw))


def open_key(
    master: tuple[str, bytes], key_id: UUID, owner_id: UUID | None, wrapped: bytes
) -> OpenKey:
    """A wrapped key opened by a master key (id, key). Raises InvalidTag."""
    return OpenKey(key_id, owner_id, AESGCM(_unwrap(master, key_id, owner_id, wrapped)))


def rewrap(
    ring: KeyRing, master: tuple[str, bytes], key_id: UUID, owner_id: UUID | None, wrapped: bytes
) -> bytes:
    """The same key, wrapped by the master key of today. Raises InvalidTag."""
    return _wrap(ring, key_id, owner_id, _unwrap(master, key_id, owner_id, wrapped))


def _wrap(ring: KeyRing, key_id: UUID, owner_id: UUID | None, raw: bytes) -> bytes:
    nonce = tokens.random_bytes(NONCE_BYTES)
    return nonce + AESGCM(ring.master).encrypt(nonce, raw, _bound(key_id, owner_id, ring.master_id))


def _unwrap(
    master: tuple[str, bytes], key_id: UUID, owner_id: UUID | None, wrapped: bytes
) -> bytes:
    nonce, rest = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
    if len(rest) <= KEY_BYTES:
        raise InvalidTag
    return AESGCM(master[1]).decrypt(nonce, rest, _bound(key_id, owner_id, master[0]))


def _bound(key_id: UUID, owner_id: UUID | None, master_id: str) -> bytes:
    return f"vlms data key|{_owner(owner_id)}|{key_id}|{master_id}".encode()


def seal_texts(
    key: OpenKey, texts: Sequence[tuple[UUID, str]], random_bytes: RandomBytes = tokens.random_bytes
) -> list[bytes]:
    """Many of the key's owner: (row's id, text), in their order."""
    encrypt, before, after = key.cipher.encrypt, _before(key.owner_id), f"|{key.id}".encode()
    prefix = key.prefix
    chance = random_bytes(NONCE_BYTES * len(texts))
    sealed = []
    for place, (row_id, text) in enumerate(texts):
        nonce = chance[place * NONCE_BYTES : (place + 1) * NONCE_BYTES]
        context = before + str(row_id).encode() + after
        sealed.append(prefix + nonce + encrypt(nonce, text.encode(), context))
    return sealed


def open_text(key: OpenKey, row_id: UUID, sealed: bytes) -> str:
    """A text of the key's owner. Raises InvalidTag: another row, key or owner, changed bytes."""
    nonce, rest = sealed[_HEAD : _HEAD + NONCE_BYTES], sealed[_HEAD + NONCE_BYTES :]
    if len(nonce) < NONCE_BYTES:
        raise InvalidTag
    context = _before(key.owner_id) + str(row_id).encode() + f"|{key.id}".encode()
    return key.cipher.decrypt(nonce, rest, context).decode()


def key_id_of(sealed: bytes) -> UUID | None:
    """Which data key sealed a text; None when it was none."""
    if not sealed.startswith(MARK) or len(sealed) < _HEAD:
        return None
    return UUID(bytes=sealed[len(MARK) : _HEAD])


def prefix_of(key_id: UUID) -> bytes:
    return MARK + key_id.bytes


def open_by_master(master: bytes, owner_id: UUID | None, row_id: UUID, sealed: bytes) -> str:
    """A text that a master key itself sealed, before there were data keys. Raises InvalidTag."""
    key_id, rest = sealed[:KEY_ID_LENGTH], sealed[KEY_ID_LENGTH:]
    if len(rest) < NONCE_BYTES:
        raise InvalidTag
    context = f"vc1|{_owner(owner_id)}|{row_id}|".encode() + key_id
    return AESGCM(master).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context).decode()


def seal_by_master(ring: KeyRing, owner_id: UUID | None, row_id: UUID, text: str) -> bytes:
    """As it was sealed before there were data keys."""
    key_id, nonce = ring.master_id.encode(), tokens.random_bytes(NONCE_BYTES)
    context = f"vc1|{_owner(owner_id)}|{row_id}|".encode() + key_id
    return key_id + nonce + AESGCM(ring.master).encrypt(nonce, text.encode(), context)


def _before(owner_id: UUID | None) -> bytes:
    return f"vc2|{_owner(owner_id)}|".encode()


def _owner(owner_id: UUID | None) -> str:
    return "stock" if owner_id is None else str(owner_id)
