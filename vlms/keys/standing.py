"""How each data key stands, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.core.paging import Listing, Page, page_of
from vlms.keys.models import SealingKey
from vlms.keys.queries import GRACE, Span, count_in, count_sealed

# From this age on the operator is advised to change a key.
OLD = timedelta(days=365)
SORTS = {"made": SealingKey.made_at}
_SEALS = (SealingKey.retired_at.is_(None), SealingKey.dropped_at.is_(None))


@dataclass(frozen=True)
class Leaving:
    """A key that seals no more and is not dropped yet.

    `left` is how many texts it still seals, of `total` that its owner has; `goes_at` is when
    it is dropped at the earliest.
    """

    key: SealingKey
    left: int
    total: int
    goes_at: datetime

    @property
    def is_ordered(self) -> bool:
        """Whether it is dropped with all that it sealed."""
        return self.key.shredded_at is not None


def list_leaving(session: Session) -> Sequence[Leaving]:
    """Keys that are on their way out, those that are dropped first before others."""
    leaving = SealingKey.retired_at.is_not(None), SealingKey.dropped_at.is_(None)
    keys = session.scalars(select(SealingKey).where(*leaving).order_by(SealingKey.retired_at))
    return [_leaving(session, key) for key in keys.all()]


def _leaving(session: Session, key: SealingKey) -> Leaving:
    total = count_sealed(session, key.organisation_id)
    since = max(each for each in (key.retired_at, key.shredded_at) if each is not None)
    return Leaving(key, count_in(session, Span(key.id)), total, since + GRACE)


def page_of_sealing(session: Session, listing: Listing) -> Page[SealingKey]:
    """The keys that seal now."""
    return page_of(session, select(SealingKey).where(*_SEALS), SORTS, listing)


def count_old(session: Session, now: datetime) -> int:
    """How many keys have sealed for a year and more."""
    old = select(func.count(SealingKey.id)).where(*_SEALS, SealingKey.made_at <= now - OLD)
    return int(session.scalar(old) or 0)


def find_sealing(session: Session, owner_id: UUID | None) -> SealingKey | None:
    """The key that seals for an organisation, or for the stock (None)."""
    mine = (
        SealingKey.organisation_id.is_(None)
        if owner_id is None
        else SealingKey.organisation_id == owner_id
    )
    newest = select(SealingKey).where(mine, *_SEALS).order_by(SealingKey.id.desc()).limit(1)
    return session.scalar(newest)
