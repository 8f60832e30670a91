"""Reading differences, their notes and their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from vlms.accounts.queries import list_grants_in
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.scope import Organisation
from vlms.core.text import _
from vlms.orders.models import Order
from vlms.reconciliation.models.differences import Difference, DifferenceNote
from vlms.reconciliation.rules.differences import (
    DifferenceClass,
    DifferenceSide,
    DifferenceState,
)


@dataclass(frozen=True)
class DifferenceFilter:
    """What a list of differences is narrowed by; None: not at all."""

    kind: DifferenceClass | None = None
    state: DifferenceState | None = None
    side: DifferenceSide | None = None
    owner_id: UUID | None = None
    words: str | None = None


def wanted_differences(period_id: UUID, wanted: DifferenceFilter) -> Select[Difference]:
    """The differences of a period; those that are gone only when they are asked for."""
    statement = select(Difference).where(Difference.period_id == period_id)
    if wanted.state is None:
        statement = statement.where(Difference.state != DifferenceState.GONE)
    for column, value in (
        (Difference.kind, wanted.kind),
        (Difference.state, wanted.state),
        (Difference.side, wanted.side),
        (Difference.owner_id, wanted.owner_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.words:
        orders = select(Order.id).where(Order.number.contains(wanted.words.upper()))
        named = Difference.theirs["order_number"].as_string()
        statement = statement.where(
            or_(Difference.order_id.in_(orders), named == wanted.words.upper())
        )
    return statement


def search_differences(
    session: Session, period_id: UUID, wanted: DifferenceFilter, listing: Listing
) -> Page[Difference]:
    sorts = {"kind": Difference.kind, "state": Difference.state, "found_at": Difference.found_at}
    return page_of(session, wanted_differences(period_id, wanted), sorts, listing)


def list_differences(
    session: Session,
    period_id: UUID,
    wanted: DifferenceFilter | None = None,
    most: int | None = None,
) -> Sequence[Difference]:
    """All of a period, or the first of them, by side, class and order."""
    statement = wanted_differences(period_id, wanted or DifferenceFilter())
    order = (Difference.side, Difference.kind, Difference.order_id, Difference.identity_digest)
    return session.scalars(statement.order_by(*order).limit(most)).all()


def list_keys(
    session: Session,
    period_id: UUID,
    wanted: DifferenceFilter,
    rows: Sequence[UUID] | None,
    most: int,
) -> list[UUID]:
    """The keys of some rows of a period, or of all that the filter leaves when rows is None."""
    statement = wanted_differences(period_id, wanted)
    if rows is not None:
        statement = statement.where(Difference.id.in_(list(rows)[:most]))
    keys = statement.with_only_columns(Difference.id).order_by(Difference.id).limit(most)
    return list(session.scalars(keys))


def get_difference(session: Session, difference_id: UUID) -> Difference:
    """Raises NotFound."""
    found = session.scalar(select(Difference).where(Difference.id == difference_id))
    if found is None:
        raise NotFound(None, _("There is no such difference."))
    return found


def list_notes(session: Session, difference_id: UUID) -> Sequence[DifferenceNote]:
    statement = select(DifferenceNote).where(DifferenceNote.difference_id == difference_id)
    return session.scalars(statement.order_by(DifferenceNote.position)).all()


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many differences of a class in a state, and their amounts in one currency."""

    side: DifferenceSide
    kind: DifferenceClass
    state: DifferenceState
    currency: str | None
    count: int
    amount_minor: int | None


def count_kinds(session: Session, period_id: UUID) -> Sequence[KindCount]:
    """The differences of a period that are there; amounts of currencies are never added up."""
    columns = (Difference.side, Difference.kind, Difference.state, Difference.currency)
    statement = (
        select(*columns, func.count(), func.sum(Difference.amount_minor))
        .where(Difference.period_id == period_id, Difference.state != DifferenceState.GONE)
        .group_by(*columns)
        .order_by(*columns)
    )
    return [
        KindCount(side, kind, state, currency, count, None if total is None else int(total))
        for side, kind, state, currency, count, total in session.execute(statement)
    ]


def list_owners(reseller_id: UUID) -> dict[UUID, str]:
    """Who of the reseller's can look after a difference: their names by key.

    Read in the scope of their own organisation: the reseller's rows know no roles.
    """
    with reading(Organisation(reseller_id)) as session:
        grants = list_grants_in(session, reseller_id)
        return {one.user_id: one.user.name for one in grants if one.ended_at is None}
