"""Finds codes and batches, and counts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from vlms.accounts.models import Person
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.lifecycle import TERMINAL, State
from vlms.codes.rules.shown_state import Shown, shown_state
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.reading import search_key
from vlms.core.text import _
from vlms.orders.models import OrderLine

# An appointment starts before its code expires (C3), so that a registered code has not.
LAPSING = (State.AVAILABLE, State.RESERVED, State.ASSIGNED)
HELD = (State.RESERVED, State.ASSIGNED, State.REGISTERED)
# Keys rise with the moment of issue, so that they sort by batch and number.
SORTS = {"expires": Code.expires_at, "number": Code.id}
_AT_ONCE = _FEW = 1_000
_NUMBER = re.compile(r"(B-\d{1,12})(?:/(\d{1,9}))?", re.IGNORECASE)


# What a code can wait for: its holder (C6), also one who has it from a file (C8), its holder's
# claim, the end of its delay (C2).
WAITING = {
    "unassigned": Code.state.in_((State.AVAILABLE, State.RESERVED)),
    "unclaimed": and_(Code.state == State.ASSIGNED, Code.claimed_at.is_(None)),
    "unused": or_(
        Code.state == State.REGISTERED,
        and_(Code.state == State.ASSIGNED, Code.claimed_at.is_not(None)),
    ),
    "in_stock": and_(Code.state == State.AVAILABLE, Code.taken_out_at.is_(None)),
    "taken_out": and_(Code.state == State.AVAILABLE, Code.taken_out_at.is_not(None)),
    "in_delay": and_(Code.state == State.RESERVED, Code.assign_due_at.is_not(None)),
}
# What waits for nothing any more, whenever it expires.
DONE = {
    "used": Code.state.in_((State.USED, State.ACTIVATED)),
}


@dataclass(frozen=True)
class CodeFilter:
    """Which codes a list shows; `words` are last symbols, a number, or a person's name.

    `within` are days: unused codes that lapse within so many; `school_id` is the person's;
    `only` is a word of WAITING or DONE.
    """

    state: Shown | None = None
    product_id: UUID | None = None
    agreement_id: UUID | None = None
    batch_id: UUID | None = None
    person_id: UUID | None = None
    school_id: UUID | None = None
    within: int | None = None
    only: str | None = None
    words: str | None = None


@dataclass(frozen=True)
class StateCount:
    """How many codes of one product under one agreement are in one shown state."""

    agreement_id: UUID
    product_id: UUID
    shown: Shown
    count: int


def is_usable(now: datetime) -> ColumnElement[bool]:
    """The condition for a code that somebody can still use, or be given (C5, C6)."""
    return and_(Code.state.not_in(sorted(TERMINAL)), Code.expires_at > now)


def get_code(session: Session, code_id: UUID) -> Code:
    """Raises NotFound, also for a code that the scope does not see."""
    code = session.scalar(select(Code).where(Code.id == code_id))
    if code is None:
        raise NotFound(None, _("There is no such code here."))
    return code


def get_batch(session: Session, batch_id: UUID) -> CodeBatch:
    """Raises NotFound, also for a batch that the scope does not see."""
    batch = session.scalar(select(CodeBatch).where(CodeBatch.id == batch_id))
    if batch is None:
        raise NotFound(None, _("There is no such batch of codes here."))
    return batch


def find_code_by_number(session: Session, number: str) -> Code | None:
    """The code that people call "B-000012/7"."""
    found = _NUMBER.fullmatch(number.strip())
    if found is None or found[2] is None:
        return None
    return session.scalar(_numbered(select(Code), found[1], found[2]))


def list_batches(session: Session, order_id: UUID) -> Sequence[CodeBatch]:
    """What was issued for an order, in the order of its issue."""
    statement = select(CodeBatch).where(CodeBatch.line.has(order_id=order_id))
    return session.scalars(statement.order_by(CodeBatch.issued_at, CodeBatch.id)).all()


def count_issued(session: Session, line_id: UUID) -> int:
    """Codes that a line has issued (C1); a replacement is not another one."""
    statement = (
        select(func.count(Code.id))
        .join(CodeBatch, Code.batch_id == CodeBatch.id)
        .where(CodeBatch.order_line_id == line_id, Code.replaces_id.is_(None))
    )
    return int(session.scalar(statement) or 0)


def shown_of(code: Code, now: datetime) -> Shown:
    """The state to show for a code (C6)."""
    if code.state is State.REGISTERED:
        return Shown.REGISTERED
    return shown_state(code.state, code.expires_at, now)


def cost_centre_of(code: Code) -> str | None:
    """Who bears the code: as its assignment says, else as its order does."""
    return code.cost_centre or code.batch.line.order.cost_centre


def has_lapsed(now: datetime) -> ColumnElement[bool]:
    """The condition under which a code has expired unused (C5, C6)."""
    return and_(Code.state.in_(LAPSING), Code.expires_at <= now)


def lapses_within(days: int, now: datetime) -> ColumnElement[bool]:
    """The condition under which a code is unused and lapses within so many days."""
    until = now + timedelta(days=days)
    return and_(Code.state.in_(LAPSING), Code.expires_at > now, Code.expires_at <= until)


def filtered(wanted: CodeFilter, now: datetime) -> Select[Code]:
    """The codes that a filter lets through."""
    statement = select(Code)
    for column in ("product_id", "agreement_id", "batch_id", "person_id"):
        value = getattr(wanted, column)
        if value is not None:
            statement = statement.where(getattr(Code, column) == value)
    if wanted.state is not None:
        statement = statement.where(_is_shown(wanted.state, now))
    if wanted.school_id is not None:
        pupils = select(Person.id).where(Person.school_id == wanted.school_id)
        statement = statement.where(Code.person_id.in_(pupils))
    if wanted.within is not None:
        statement = statement.where(lapses_within(wanted.within, now))
    if wanted.only is not None:
        statement = statement.where(_stands(wanted.only, now))
    return _with_words(statement, wanted.words) if wanted.words else statement


def _stands(word: str, now: datetime) -> ColumnElement[bool]:
    return DONE[word] if word in DONE else and_(WAITING[word], Code.expires_at > now)


def _is_shown(shown: Shown, now: datetime) -> ColumnElement[bool]:
    if shown is Shown.EXPIRED:
        return has_lapsed(now)
    state = State(shown.value)
    if state in LAPSING:
        return and_(Code.state == state, Code.expires_at > now)
    return Code.state == state


def _with_words(statement: Select[Code], words: str) -> Select[Code]:
    number = _NUMBER.fullmatch(words)
    if number is not None:
        return _numbered(statement, number[1], number[2])
    # Look-ups of their own, each by its index; with an OR a database walks through all codes.
    ended, held = _look_ups(words)
    return statement.where(Code.id.in_(ended.union_all(held)))


def _look_ups(words: str) -> tuple[Select[UUID], Select[UUID]]:
    """The keys of the codes with these last symbols, and of those of people called so."""
    ended, held = aliased(Code), aliased(Code)
    named = select(Person.id).where(Person.search_name.contains(search_key(words), autoescape=True))
    return (
        select(ended.id).where(ended.last4 == words.upper()),
        select(held.id).where(held.person_id.in_(named)),
    )


def _narrowed(session: Session, wanted: CodeFilter, now: datetime) -> Select[Code]:
    """The same as `filtered`; where few codes fit the words, by their keys.

    How many fit no database can guess, and one that guesses wrong walks through all codes.
    """
    if wanted.words is None or _NUMBER.fullmatch(wanted.words):
        return filtered(wanted, now)
    keys: list[UUID] = []
    for look_up in _look_ups(wanted.words):
        keys += session.scalars(look_up.limit(_FEW + 1))
    if len(keys) > _FEW:
        return filtered(wanted, now)
    return filtered(replace(wanted, words=None), now).where(Code.id.in_(keys))


def _numbered(statement: Select[Code], batch: str, number: str | None) -> Select[Code]:
    batches = select(CodeBatch.id).where(CodeBatch.number == batch.upper())
    statement = statement.where(Code.batch_id.in_(batches))
    return statement if number is None else statement.where(Code.number == int(number))


def search_codes(
    session: Session, wanted: CodeFilter, now: datetime, listing: Listing
) -> Page[Code]:
    """One page of the codes under a filter."""
    statement = _narrowed(session, wanted, now).options(*SHOWN_WITH)
    return page_of(session, statement, SORTS, listing)


# What a list says of each code.
SHOWN_WITH = (
    joinedload(Code.batch).joinedload(CodeBatch.line).joinedload(OrderLine.order),
    selectinload(Code.product),
    selectinload(Code.agreement),
    selectinload(Code.person),
)


def every_code(session: Session, wanted: CodeFilter, now: datetime) -> Sequence[Code]:
    """All codes under a filter, by batch and number, with what a list says of them."""
    statement = filtered(wanted, now).options(*SHOWN_WITH)
    return session.scalars(statement.order_by(Code.batch_id, Code.number)).all()


def each_code(session: Session, wanted: CodeFilter, now: datetime) -> Iterator[Code]:
    """The same one by one, so that a million of them need little memory."""
    statement = filtered(wanted, now).options(*SHOWN_WITH)
    ordered = statement.order_by(Code.batch_id, Code.number)
    found = session.scalars(ordered.execution_options(yield_per=_AT_ONCE))
    try:
        yield from found
    finally:
        found.close()


def count_codes(session: Session, wanted: CodeFilter, now: datetime) -> int:
    """How many codes a filter lets through."""
    counted = filtered(wanted, now).with_only_columns(func.count(Code.id))
    return int(session.scalar(counted) or 0)


def count_states(
    session: Session, now: datetime, wanted: CodeFilter | None = None
) -> Sequence[StateCount]:
    """How many codes are in each shown state, a product and agreement each."""
    # Grouped by columns of one index alone, which is then walked and nothing sorted.
    expired = func.sum(case((has_lapsed(now), 1), else_=0))
    group = (Code.agreement_id, Code.product_id, Code.state)
    chosen = filtered(wanted or CodeFilter(), now)
    found: list[StateCount] = []
    counted = chosen.with_only_columns(*group, func.count(), expired).group_by(*group)
    for agreement_id, product_id, state, count, lapsed in session.execute(counted):
        shown = ((Shown(state.value), count - lapsed), (Shown.EXPIRED, int(lapsed)))
        found += [StateCount(agreement_id, product_id, *each) for each in shown if each[1]]
    return found


def count_taken_out(
    session: Session, now: datetime, wanted: CodeFilter | None = None
) -> dict[tuple[UUID, UUID], int]:
    """Of the available ones, how many left as a file (C8), by agreement and product."""
    group = (Code.agreement_id, Code.product_id)
    chosen = filtered(replace(wanted or CodeFilter(), only="taken_out"), now)
    counted = chosen.with_only_columns(*group, func.count()).group_by(*group)
    return {(key, product): count for key, product, count in session.execute(counted)}


def count_held(session: Session, person_id: UUID, product_id: UUID, now: datetime) -> int:
    """Codes of a product that a person holds and that are still good."""
    statement = select(func.count(Code.id)).where(
        Code.person_id == person_id,
        Code.product_id == product_id,
        Code.state.in_(HELD),
        Code.expires_at > now,
    )
    return int(session.scalar(statement) or 0)
