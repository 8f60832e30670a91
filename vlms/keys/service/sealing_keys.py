"""Data keys for a unit of work: each is unwrapped once, and kept no longer than its session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from vlms.core.errors import Topic
from vlms.core.installation import was_dropped
from vlms.core.keys import KEY_ID_LENGTH, KeyRing
from vlms.core.masters import current_ring, find_master
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.keys.envelope import (
    OpenKey,
    key_id_of,
    new_key,
    open_by_master,
    open_key,
    open_text,
    seal_texts,
)
from vlms.keys.errors import SealingKeyDropped, SealingKeyUnreadable
from vlms.keys.models import SealingKey

_OPENED = "data_keys"


class SealingKeys:
    """Seals with an owner's newest key, and opens with any that is known."""

    def __init__(self, session: Session, ring: KeyRing, now: datetime) -> None:
        self._session, self._ring, self._now = session, ring, now
        self._opened: dict[UUID, OpenKey] = session.info.setdefault(_OPENED, {})

    def newest(self, owner_id: UUID | None) -> OpenKey:
        """The key that seals for an organisation, or the stock (None); made when there is none.

        Raises SealingKeyUnreadable, so that nothing is sealed that could not be opened again.
        """
        found = self._session.scalar(_of_owner(owner_id))
        return self._open(found) if found is not None else self.make(owner_id)

    def make(self, owner_id: UUID | None) -> OpenKey:
        """One more key; from now on it seals. Raises SealingKeyUnreadable as `newest` does."""
        key_id, ring = new_id(), current_ring(self._ring)
        if was_dropped(ring.master_id):
            raise _unreadable()
        wrapped, opened = new_key(ring, key_id, owner_id)
        row = SealingKey(
            id=key_id,
            organisation_id=owner_id,
            master_id=ring.master_id,
            wrapped=wrapped,
            made_at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        return opened

    def seal_all(self, owner_id: UUID | None, texts: Sequence[tuple[UUID, str]]) -> list[bytes]:
        """Many of one owner: (row's id, text), in their order."""
        return seal_texts(self.newest(owner_id), texts) if texts else []

    def open(self, row_id: UUID, owner_id: UUID | None, sealed: bytes) -> str:
        """A sealed text. Raises InvalidTag: unknown key, other row or owner, changed bytes.

        Raises SealingKeyUnreadable, and as one of it SealingKeyDropped, where the key is known.
        """
        key_id = key_id_of(sealed)
        if key_id is None:
            master = self._master(sealed[:KEY_ID_LENGTH].decode("ascii", errors="replace"))
            return open_by_master(master[1], owner_id, row_id, sealed)
        key = self._find(key_id)
        if key is None or key.owner_id != owner_id:
            raise InvalidTag
        return open_text(key, row_id, sealed)

    def _find(self, key_id: UUID) -> OpenKey | None:
        known = self._opened.get(key_id)
        if known is not None:
            return known
        row = self._session.scalar(select(SealingKey).where(SealingKey.id == key_id))
        if row is not None and row.dropped_at is not None:
            raise _dropped(row.dropped_at)
        return None if row is None or row.wrapped is None else self._open(row)

    def _open(self, row: SealingKey) -> OpenKey:
        known = self._opened.get(row.id)
        if known is None:
            try:
                master = self._master(row.master_id)
                known = open_key(master, row.id, row.organisation_id, row.wrapped or b"")
            except InvalidTag:
                raise _unreadable() from None
            self._opened[row.id] = known
        return known

    def _master(self, master_id: str) -> tuple[str, bytes]:
        found = find_master(self._ring, master_id)
        if found is None:
            raise InvalidTag
        return master_id, found


def _of_owner(owner_id: UUID | None) -> Select[SealingKey]:
    """The newest that is not retired."""
    mine = (
        SealingKey.organisation_id.is_(None)
        if owner_id is None
        else SealingKey.organisation_id == owner_id
    )
    return (
        select(SealingKey)
        .where(mine, SealingKey.retired_at.is_(None))
        .order_by(SealingKey.id.desc())
        .limit(1)
    )


def _dropped(at: datetime) -> SealingKeyDropped:
    return SealingKeyDropped(
        "C8",
        _(
            "The data key of this code was destroyed on %(day)s: the code is lost for good.",
            day=at.date(),
        ),
        way_out=_("Only a backup of the database from before that day has the key."),
        ask=Topic.CODES,
    )


def _unreadable() -> SealingKeyUnreadable:
    return SealingKeyUnreadable(
        "C8",
        _("The data key of these codes cannot be opened with the keys that are in use."),
        way_out=_("Nothing is lost yet: ask the operator to check the key file."),
        ask=Topic.CODES,
    )
