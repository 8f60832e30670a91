"""Finds handouts, their rows, and the people and codes that they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from vlms.accounts.models import Organisation, Person
from vlms.catalog.models import Product
from vlms.codes.free_queries import FreeByDay, Stock, count_free_by_day, is_in_stock, list_holders
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.shown_state import Shown
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.scope import Organisation as OrganisationScope
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.rules.handouts import WILLING, Act, Directory, Known, Outcome, Standing

_AT_ONCE = 1_000
HANDOUT_SORTS = {"made": Handout.made_at}
ROW_SORTS = {"position": HandoutRow.position}
Item = TypeVar("Item")


class Need(NamedTuple):
    """Of one product: how many codes the rows ask for, and which are free."""

    product: Product
    wanted: int
    free: Sequence[FreeByDay]

    @property
    def free_count(self) -> int:
        return sum(each.free_count for each in self.free)

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.free_count)


@dataclass(frozen=True)
class RowFilter:
    """Which rows of a handout a list shows."""

    standing: Standing | None = None
    outcome: Outcome | None = None
    is_waiting: bool = False
    is_dropped: bool = False


def get_handout(session: Session, handout_id: UUID, actor: Actor) -> Handout:
    """Raises NotFound, also for a handout that the actor may not see."""
    found = session.scalar(_visible(session, actor).where(Handout.id == handout_id))
    if found is None:
        raise NotFound(None, _("There is no such handout here."))
    return found


def search_handouts(
    session: Session, organisation_id: UUID, actor: Actor, listing: Listing
) -> Page[Handout]:
    """A page of an organisation's handouts."""
    own = _visible(session, actor).where(Handout.organisation_id == organisation_id)
    return page_of(session, own, HANDOUT_SORTS, listing)


def list_handouts(session: Session, organisation_id: UUID | None = None) -> Sequence[Handout]:
    """The newest first."""
    statement = select(Handout).order_by(Handout.made_at.desc(), Handout.id.desc())
    if organisation_id is not None:
        statement = statement.where(Handout.organisation_id == organisation_id)
    return session.scalars(statement.limit(_AT_ONCE)).all()


def _visible(session: Session, actor: Actor) -> Select[Handout]:
    """Who works for some agreements or schools sees what they made; others see all."""
    scope = session.info["scope"]
    statement = select(Handout)
    if isinstance(scope, OrganisationScope) and not scope.is_whole:
        return statement.where(Handout.made_by == actor.user_id)
    return statement


def get_row(session: Session, handout_id: UUID, row_id: UUID) -> HandoutRow:
    """Raises NotFound, also for a row of another handout."""
    own = (HandoutRow.id == row_id, HandoutRow.handout_id == handout_id)
    row = session.scalar(select(HandoutRow).where(*own))
    if row is None:
        raise NotFound(None, _("There is no such row in this handout."))
    return row


def find_first_willing(session: Session, handout_id: UUID) -> HandoutRow | None:
    """The first row that would get a code, of somebody who is in the directory."""
    statement = _rows(handout_id, RowFilter(standing=Standing.GOOD))
    return session.scalars(statement.order_by(HandoutRow.position).limit(1)).first()


def search_rows(
    session: Session, handout_id: UUID, wanted: RowFilter, listing: Listing
) -> Page[HandoutRow]:
    """A page of a handout's rows, with what a list says of each."""
    statement = _rows(handout_id, wanted).options(*SHOWN_WITH)
    return page_of(session, statement, ROW_SORTS, listing)


def list_rows(
    session: Session, handout_id: UUID, wanted: RowFilter | None = None
) -> Sequence[HandoutRow]:
    """The same, all of them."""
    statement = _rows(handout_id, wanted or RowFilter()).options(*SHOWN_WITH)
    return session.scalars(statement.order_by(HandoutRow.position)).all()


SHOWN_WITH = (
    selectinload(HandoutRow.person),
    selectinload(HandoutRow.product),
    selectinload(HandoutRow.code).options(joinedload(Code.batch)),
)


def _rows(handout_id: UUID, wanted: RowFilter) -> Select[HandoutRow]:
    statement = select(HandoutRow).where(HandoutRow.handout_id == handout_id)
    if wanted.is_dropped:
        return statement.where(HandoutRow.is_dropped)
    if wanted.standing is not None:
        statement = statement.where(HandoutRow.standing == wanted.standing, ~HandoutRow.is_dropped)
    if wanted.outcome is not None:
        statement = statement.where(HandoutRow.outcome == wanted.outcome)
    if wanted.is_waiting:
        statement = statement.where(HandoutRow.outcome.is_(None))
    return statement


def undecided(handout_id: UUID, *, failed_only: bool) -> Select[HandoutRow]:
    """The rows that may still be changed; held, so that no worker gives one meanwhile."""
    failed, waiting = HandoutRow.outcome == Outcome.FAILED, HandoutRow.outcome.is_(None)
    own = (HandoutRow.handout_id == handout_id, failed if failed_only else failed | waiting)
    held = select(HandoutRow).where(*own).order_by(HandoutRow.position).with_for_update()
    return held.execution_options(populate_existing=True)


def count_standings(session: Session, handout_id: UUID) -> dict[Standing, int]:
    """How many rows are of each standing, without those left out."""
    kept = (HandoutRow.handout_id == handout_id, ~HandoutRow.is_dropped)
    return _counts(session, HandoutRow.standing, kept)


def count_outcomes(session: Session, handout_id: UUID) -> dict[Outcome | None, int]:
    """How many rows have come to each end; None: their turn is to come."""
    return _counts(session, HandoutRow.outcome, (HandoutRow.handout_id == handout_id,))


def _counts(
    session: Session, column: InstrumentedAttribute[Item], rows: Sequence[ColumnElement[bool]]
) -> dict[Item, int]:
    counted = select(HandoutRow).where(*rows)
    pairs = counted.with_only_columns(column, func.count(HandoutRow.id)).group_by(column)
    return {key: int(count) for key, count in session.execute(pairs)}


def count_dropped(session: Session, handout_id: UUID) -> int:
    dropped = _rows(handout_id, RowFilter(is_dropped=True))
    return int(session.scalar(dropped.with_only_columns(func.count(HandoutRow.id))) or 0)


def count_codes(session: Session, handout_id: UUID) -> dict[Shown, int]:
    """In which states the codes are that it gave and that were not taken back."""
    rows = _rows(handout_id, RowFilter(outcome=Outcome.GIVEN))
    given = rows.with_only_columns(HandoutRow.code_id)
    counted = select(Code).where(Code.id.in_(given))
    pairs = counted.with_only_columns(Code.state, func.count(Code.id)).group_by(Code.state)
    return {Shown(state.value): int(count) for state, count in session.execute(pairs)}


def last_final_at(session: Session, handout_id: UUID) -> datetime | None:
    """C2: when the last of its assignments becomes final; None where none is in its delay."""
    rows = _rows(handout_id, RowFilter(outcome=Outcome.GIVEN))
    given = rows.with_only_columns(HandoutRow.code_id)
    started = select(Code).where(Code.id.in_(given), Code.assign_due_at.is_not(None))
    return session.scalar(started.with_only_columns(func.max(Code.assign_due_at)))


def list_needs(session: Session, handout: Handout, now: datetime) -> list[Need]:
    """By product: how many codes its willing rows ask for, and which free ones there are."""
    willing = select(HandoutRow).where(
        HandoutRow.handout_id == handout.id,
        HandoutRow.standing.in_(WILLING),
        ~HandoutRow.is_dropped,
        HandoutRow.outcome.is_(None),
    )
    counted = willing.with_only_columns(HandoutRow.product_id, func.count(HandoutRow.id))
    wanted = {key: int(n) for key, n in session.execute(counted.group_by(HandoutRow.product_id))}
    products = select(Product).where(Product.id.in_(products_of(handout.id)))
    last = lasting_beyond(session, handout, now)
    return [
        Need(
            product,
            wanted.get(product.id, 0),
            count_free_by_day(
                session, handout.organisation_id, stock_of(handout, product.id), last
            ),
        )
        for product in session.scalars(products.order_by(Product.name_en))
    ]


def products_of(handout_id: UUID) -> Select[UUID]:
    return select(HandoutRow.product_id).where(HandoutRow.handout_id == handout_id).distinct()


def stock_of(handout: Handout, product_id: UUID) -> Stock:
    return Stock(product_id, batch_id=handout.batch_id)


def lasting_beyond(session: Session, handout: Handout, now: datetime) -> datetime:
    """C2: what is assigned must outlast the time in which it can be called back."""
    if handout.act is Act.RESERVE:
        return now
    organisation = session.get_one(Organisation, handout.organisation_id)
    return now + timedelta(minutes=organisation.assign_delay_minutes)


def load_directory(
    session: Session, organisation_id: UUID, emails: Collection[str], numbers: Collection[str]
) -> Directory:
    """Those of the organisation's people who have one of these addresses or numbers."""
    found = {
        known.id: known
        for column, values in ((Person.email, emails), (Person.number, numbers))
        for some in _groups(sorted(values))
        for known in _known(session, organisation_id, column.in_(some))
    }
    return Directory(
        {known.email: known for known in found.values() if known.email},
        {known.number: known for known in found.values() if known.number},
    )


def _known(
    session: Session, organisation_id: UUID, condition: ColumnElement[bool]
) -> Iterator[Known]:
    columns = (Person.id, Person.name, Person.email, Person.number, Person.left_at)
    statement = select(Person).where(Person.organisation_id == organisation_id, condition)
    for key, name, email, number, left_at in session.execute(statement.with_only_columns(*columns)):
        yield Known(key, name, email, number, left_at is not None)


def load_holders(
    session: Session, person_ids: Collection[UUID], product_ids: Collection[UUID], now: datetime
) -> dict[UUID, set[UUID]]:
    """Who of the people holds a good code of which product."""
    return {
        product_id: {
            key
            for some in _groups(sorted(person_ids))
            for key in list_holders(session, some, product_id, now)
        }
        for product_id in product_ids
    }


def list_products_to_give(session: Session, organisation_id: UUID, now: datetime) -> list[Product]:
    """The products of which the organisation has free codes."""
    free = select(Code.product_id).where(
        Code.organisation_id == organisation_id,
        is_in_stock(now),
    )
    products = select(Product).where(Product.id.in_(free.distinct()))
    return list(session.scalars(products.order_by(Product.name_en)))


def list_batches_to_give(session: Session, handout: Handout, now: datetime) -> Sequence[CodeBatch]:
    """The batches with free codes of what it gives, newest first."""
    free = select(Code.batch_id).where(
        Code.organisation_id == handout.organisation_id,
        Code.product_id.in_(products_of(handout.id)),
        is_in_stock(now),
    )
    named = select(CodeBatch).options(joinedload(CodeBatch.product))
    batches = named.where(CodeBatch.id.in_(free.distinct()))
    return session.scalars(batches.order_by(CodeBatch.id.desc()).limit(_AT_ONCE)).all()


def _groups(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for first in range(0, len(items), _AT_ONCE):
        yield items[first : first + _AT_ONCE]
