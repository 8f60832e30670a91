"""Custody of code texts: sealed for the database, and found again by a keyed index.

Reading needs the master key, finding only the index key. A sealed text belongs to one row
of one organisation: moved to another, it does not open.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vlms.codes.errors import CustodyRefused
from vlms.core import tokens
from vlms.core.errors import Topic
from vlms.core.keys import KEY_ID_LENGTH, KeyRing
from vlms.core.text import _

NONCE_BYTES = 12
_HEAD_BYTES = KEY_ID_LENGTH + NONCE_BYTES
_INDEX_PREFIX = b"vc1|"


class Custody:
    """Seals, opens and finds codes with one key ring.

    A sealed text is the master key's id (8 bytes), a nonce (12), the AES-256-GCM ciphertext
    and its tag (16): at most 100 bytes. Stock, which is no organisation's, is sealed for None.
    """

    def __init__(
        self, ring: KeyRing, random_bytes: Callable[[int], bytes] = tokens.random_bytes
    ) -> None:
        masters = {**ring.former, ring.master_id: ring.master}
        self._ciphers = {key_id.encode(): AESGCM(key) for key_id, key in masters.items()}
        self._key_id = ring.master_id.encode()
        self._index_key = ring.index
        self._random_bytes = random_bytes

    def seal(self, code_id: UUID, organisation_id: UUID | None, text: str) -> bytes:
        """A normalised code, sealed for one row."""
        return self.seal_all(organisation_id, [(code_id, text)])[0]

    def seal_all(
        self, organisation_id: UUID | None, codes: Sequence[tuple[UUID, str]]
    ) -> list[bytes]:
        """Many of one organisation: (row's id, normalised code), in their order."""
        encrypt = self._ciphers[self._key_id].encrypt
        before, after = _owner(organisation_id), b"|" + self._key_id
        chance = self._random_bytes(NONCE_BYTES * len(codes))
        sealed = []
        for place, (code_id, text) in enumerate(codes):
            nonce = chance[place * NONCE_BYTES : (place + 1) * NONCE_BYTES]
            context = before + str(code_id).encode() + after
            sealed.append(self._key_id + nonce + encrypt(nonce, text.encode(), context))
        return sealed

    def open(self, code_id: UUID, organisation_id: UUID | None, sealed: bytes) -> str:
        """The normalised code of a row.

        Raises CustodyRefused: unknown key, another row or organisation, or changed bytes.
        """
        key_id, nonce = sealed[:KEY_ID_LENGTH], sealed[KEY_ID_LENGTH:_HEAD_BYTES]
        cipher = self._ciphers.get(key_id)
        if cipher is None or len(nonce) < NONCE_BYTES:
            raise _unreadable()
        context = _owner(organisation_id) + str(code_id).encode() + b"|" + key_id
        try:
            return cipher.decrypt(nonce, sealed[_HEAD_BYTES:], context).decode()
        except InvalidTag:
            raise _unreadable() from None

    def index(self, text: str) -> bytes:
        """32 bytes that find a normalised code; one space for both profiles (C7)."""
        return hmac.digest(self._index_key, _INDEX_PREFIX + text.encode(), "sha256")

    def index_all(self, texts: Iterable[str]) -> list[bytes]:
        """The index of each, in their order."""
        return [self.index(text) for text in texts]


def _owner(organisation_id: UUID | None) -> bytes:
    return f"vc1|{organisation_id or 'stock'}|".encode()


def _unreadable() -> CustodyRefused:
    return CustodyRefused(
        "C8",
        _("This code cannot be opened with the keys that are in use."),
        way_out=_("Nothing is lost yet: ask the operator to check the key file."),
        ask=Topic.CODES,
    )
