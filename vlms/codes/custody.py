"""Custody of code texts: sealed for the database, and found again by a keyed index.

Finding needs only the index key; sealing and opening need the organisation's data key, which
the master key unwraps. A sealed text belongs to one row of one organisation: moved to another,
it does not open.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from vlms.codes.errors import CustodyRefused
from vlms.core.errors import Topic
from vlms.core.keys import KeyRing
from vlms.core.text import _
from vlms.core.work import Work
from vlms.keys.errors import SealingKeyDropped, SealingKeyUnreadable
from vlms.keys.service.sealing_keys import SealingKeys

_INDEX_PREFIX = b"vc1|"


class Custody:
    """Finds codes with the ring's index key."""

    def __init__(self, ring: KeyRing) -> None:
        self._index_key = ring.index

    def index(self, text: str) -> bytes:
        """32 bytes that find a normalised code; one space for both profiles (C7)."""
        return hmac.digest(self._index_key, _INDEX_PREFIX + text.encode(), "sha256")

    def index_all(self, texts: Iterable[str]) -> list[bytes]:
        """The index of each, in their order."""
        return [self.index(text) for text in texts]


class SealingCustody(Custody):
    """Seals and opens codes too, with the data keys that a session finds.

    A sealed text is a mark (1 byte), the data key's id (16), a nonce (12), the AES-256-GCM
    ciphertext and its tag (16): at most 109 bytes. What the master key itself sealed, before
    there were data keys, opens as well. Stock, which is no organisation's, is sealed for None.
    """

    def __init__(self, session: Session, ring: KeyRing, now: datetime) -> None:
        super().__init__(ring)
        self._session = session
        self._data_keys = SealingKeys(session, ring, now)

    def seal(self, code_id: UUID, organisation_id: UUID | None, text: str) -> bytes:
        """A normalised code, sealed for one row. Raises CustodyRefused without a good key."""
        return self.seal_all(organisation_id, [(code_id, text)])[0]

    def seal_all(
        self, organisation_id: UUID | None, codes: Sequence[tuple[UUID, str]]
    ) -> list[bytes]:
        """Many of one organisation: (row's id, normalised code), in their order."""
        try:
            return self._data_keys.seal_all(organisation_id, codes)
        except SealingKeyUnreadable:
            raise _unreadable() from None

    def open(self, code_id: UUID, organisation_id: UUID | None, sealed: bytes) -> str:
        """The normalised code of a row.

        Raises CustodyRefused: unknown or dropped key, another row or organisation, changed bytes,
        or while an operator sees the system as somebody else (G7).
        """
        work = self._session.info.get("work")
        if work is not None and work.actor.behind is not None:
            raise CustodyRefused("G7", _("No code is shown to whoever looks on as somebody else."))
        try:
            return self._data_keys.open(code_id, organisation_id, sealed)
        except SealingKeyDropped as dropped:
            raise CustodyRefused(
                dropped.rule,
                dropped.sentence,
                reason=dropped.reason,
                way_out=dropped.way_out,
                ask=dropped.ask,
            ) from None
        except (SealingKeyUnreadable, InvalidTag):
            raise _unreadable() from None


def custody_of(work: Work) -> SealingCustody:
    """Custody in a unit of work."""
    return SealingCustody(work.session, work.keys, work.now)


def _unreadable() -> CustodyRefused:
    return CustodyRefused(
        "C8",
        _("This code cannot be opened with the keys that are in use."),
        way_out=_("Nothing is lost yet: ask the operator to check the key file."),
        ask=Topic.CODES,
    )
