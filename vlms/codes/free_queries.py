"""Which codes are free to be given, and how many end when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session

from vlms.codes.models import Code
from vlms.codes.queries import HELD
from vlms.codes.rules.lifecycle import State


@dataclass(frozen=True)
class Stock:
    """Codes of a product; of one agreement or one batch alone, where it is named."""

    product_id: UUID
    agreement_id: UUID | None = None
    batch_id: UUID | None = None


class FreeByDay(NamedTuple):
    """So many free codes end with this day of their zone."""

    last_day: date
    time_zone: str
    free_count: int


def is_in_stock(lasting_beyond: datetime) -> ColumnElement[bool]:
    """Nobody's, good for longer than an instant, and not taken out as a file (C8)."""
    return and_(
        Code.state == State.AVAILABLE,
        Code.expires_at > lasting_beyond,
        Code.taken_out_at.is_(None),
    )


def find_next_free(
    session: Session, organisation_id: UUID, stock: Stock, lasting_beyond: datetime
) -> Code | None:
    """The one that would be given next."""
    return session.scalars(free_codes(organisation_id, stock, lasting_beyond).limit(1)).first()


def free_codes(organisation_id: UUID, stock: Stock, lasting_beyond: datetime) -> Select[Code]:
    """An organisation's available codes that still last at an instant, soonest-ending first."""
    statement = select(Code).where(
        Code.organisation_id == organisation_id,
        Code.product_id == stock.product_id,
        is_in_stock(lasting_beyond),
    )
    if stock.agreement_id is not None:
        statement = statement.where(Code.agreement_id == stock.agreement_id)
    if stock.batch_id is not None:
        statement = statement.where(Code.batch_id == stock.batch_id)
    return statement.order_by(Code.expires_at, Code.id)


def list_offered(session: Session, now: datetime) -> Sequence[Row[UUID, UUID]]:
    """Product and agreement of each stock that has something to be given."""
    return session.execute(
        select(Code.product_id, Code.agreement_id).where(is_in_stock(now)).distinct()
    ).all()


def count_free_by_day(
    session: Session, organisation_id: UUID, stock: Stock, lasting_beyond: datetime
) -> Sequence[FreeByDay]:
    """The same counted, by their last days."""
    group = (Code.last_day, Code.time_zone)
    counted = free_codes(organisation_id, stock, lasting_beyond).order_by(None)
    rows = counted.with_only_columns(*group, func.count(Code.id)).group_by(*group)
    return [FreeByDay(*row) for row in session.execute(rows.order_by(*group))]


def list_holders(
    session: Session, person_ids: Collection[UUID], product_id: UUID, now: datetime
) -> set[UUID]:
    """Those of the people who hold a code of the product that is still good."""
    held = select(Code.person_id).where(
        Code.person_id.in_(person_ids),
        Code.product_id == product_id,
        Code.state.in_(HELD),
        Code.expires_at > now,
    )
    return {key for key in session.scalars(held) if key is not None}
