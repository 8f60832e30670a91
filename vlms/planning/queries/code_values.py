"""What each code bears of its order line, to the minor unit, without reading every code (P3).

The rule is charge-back's: the codes of a line bear equal shares, and the first ones the units
that cannot be divided evenly. So a batch bears one share throughout, but for at most one batch
of a line, in which the larger shares end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from vlms.billing.rules.charge_back import borne_by
from vlms.codes.models import Code, CodeBatch
from vlms.orders.models import Order, OrderLine

_AT_ONCE = 200


@dataclass(frozen=True)
class _Share:
    """A batch's share: of its first `larger_count` codes, and of the others."""

    larger: int
    usual: int
    larger_count: int
    code_count: int

    @property
    def is_mixed(self) -> bool:
        return 0 < self.larger_count < self.code_count


@dataclass(frozen=True)
class Shares:
    """An organisation's batches with their shares; replacements by their first code's number."""

    batches: Mapping[UUID, CodeBatch]
    shares: Mapping[UUID, _Share]
    numbers: Mapping[UUID, int]

    def first_issues(self) -> dict[tuple[UUID, UUID], datetime]:
        """When each product's first batch under each agreement was issued."""
        found: dict[tuple[UUID, UUID], datetime] = {}
        for batch in self.batches.values():
            key = batch.agreement_id, batch.product_id
            found[key] = min(found.get(key, batch.issued_at), batch.issued_at)
        return found

    def boundaries(self) -> Iterator[ColumnElement[bool]]:
        """Which codes bear the larger share, in batches where not all or none of them do."""
        mixed = [key for key, share in self.shares.items() if share.is_mixed]
        for begin in range(0, len(mixed), _AT_ONCE):
            yield or_(
                *(
                    and_(Code.batch_id == key, Code.number <= self.shares[key].larger_count)
                    for key in mixed[begin : begin + _AT_ONCE]
                )
            )

    def minor_of(self, batch_id: UUID, count: int, larger_count: int) -> int:
        """What so many codes of a batch bear; `larger_count` counts where shares are mixed."""
        share = self.shares[batch_id]
        if not share.is_mixed:
            larger_count = count if share.larger_count else 0
        return share.larger * larger_count + share.usual * (count - larger_count)

    def minor_of_code(self, code: Code) -> int:
        """What this code bears, or would bear in the place of the one that it stands for."""
        if code.replaces_id is not None:
            return self.minor_of_replacement(code.batch_id, code.id)
        is_larger = code.number <= self.shares[code.batch_id].larger_count
        return self.minor_of(code.batch_id, 1, int(is_larger))

    def minor_of_replacement(self, batch_id: UUID, code_id: UUID) -> int:
        """It bears what the code bore that it stands for in the end."""
        is_larger = self.numbers[code_id] <= self.shares[batch_id].larger_count
        return self.minor_of(batch_id, 1, int(is_larger))


def shares_of(session: Session, organisation_id: UUID) -> Shares:
    """The shares of all batches of an organisation."""
    statement = (
        select(CodeBatch)
        .where(CodeBatch.organisation_id == organisation_id)
        .options(
            joinedload(CodeBatch.product),
            joinedload(CodeBatch.line).joinedload(OrderLine.order).joinedload(Order.agreement),
        )
        .order_by(CodeBatch.id)
    )
    batches = session.scalars(statement).all()
    by_line: dict[UUID, list[CodeBatch]] = defaultdict(list)
    for batch in batches:
        by_line[batch.order_line_id].append(batch)
    shares = {key: one for each in by_line.values() for key, one in _shares(each)}
    numbers = _numbers(session, organisation_id)
    return Shares({batch.id: batch for batch in batches}, shares, numbers)


def count_valued(
    session: Session, shares: Shares, kinds: Select[*tuple[Any, ...]]
) -> Iterator[tuple[tuple[Any, ...], int, int]]:
    """Codes by the columns of `kinds`, the batch first: how many, and what they bear."""
    columns = list(kinds.selected_columns)
    counted = kinds.add_columns(func.count(Code.id)).where(Code.replaces_id.is_(None))
    counted = counted.group_by(*columns)
    larger: Counter[tuple[Any, ...]] = Counter()
    for is_among_first in shares.boundaries():
        for *key, count in session.execute(counted.where(is_among_first)):
            larger[tuple(key)] += count
    for *key, count in session.execute(counted):
        yield tuple(key), count, shares.minor_of(key[0], count, larger[tuple(key)])
    replacing = kinds.add_columns(Code.id).where(Code.replaces_id.is_not(None))
    for *key, code_id in session.execute(replacing):
        yield tuple(key), 1, shares.minor_of_replacement(key[0], code_id)


def _shares(batches: Sequence[CodeBatch]) -> Iterator[tuple[UUID, _Share]]:
    """The batches of one line, in the order of their issue."""
    line = batches[0].line
    minor, total = line.amount_minor or 0, line.quantity * batches[0].product.units
    larger = borne_by(minor, total, range(1))
    usual = borne_by(minor, total, range(total - 1, total))
    begin = 0
    for batch in batches:
        end = begin + batch.code_count
        above = borne_by(minor, total, range(begin, end)) - usual * batch.code_count
        yield batch.id, _Share(larger, usual, above, batch.code_count)
        begin = end


def _numbers(session: Session, organisation_id: UUID) -> dict[UUID, int]:
    """The number of the code that each replacement stands for in the end (C6)."""
    former = aliased(Code)
    statement = (
        select(Code.id, Code.replaces_id, former.number)
        .join(former, Code.replaces_id == former.id)
        .where(Code.organisation_id == organisation_id)
        .order_by(Code.id)
    )
    numbers: dict[UUID, int] = {}
    for code_id, replaces_id, number in session.execute(statement):
        if replaces_id is not None:
            numbers[code_id] = numbers.get(replaces_id, number)
    return numbers
