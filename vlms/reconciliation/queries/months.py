"""The charges that a month of a reseller holds, as conditions of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from vlms.billing.models.charges import Charge

# So many keys fit into one statement on either database.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Month:
    """A reseller's month up to an instant; charges recorded later are not in it (I18)."""

    reseller_id: UUID
    first: date
    last: date
    cut_off_at: datetime

    @property
    def charges(self) -> tuple[ColumnElement[bool], ...]:
        return (
            Charge.reseller_id == self.reseller_id,
            Charge.charged_on.between(self.first, self.last),
            Charge.recorded_at <= self.cut_off_at,
        )

    @property
    def until_now(self) -> tuple[ColumnElement[bool], ...]:
        """Charges of whatever month that are in."""
        return (Charge.reseller_id == self.reseller_id, Charge.recorded_at <= self.cut_off_at)

    @property
    def line_ids(self) -> Select[UUID]:
        return select(Charge.order_line_id).where(*self.charges)


def in_pieces(keys: Collection[str]) -> Iterator[list[str]]:
    """So many keys as fit into one statement, each time."""
    waiting = iter(sorted(keys))
    while some := list(islice(waiting, AT_ONCE)):
        yield some
