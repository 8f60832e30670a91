"""Holds every session to its scope: adds it to statements, checks what is written.

What cannot be scoped is refused: Core tables, raw SQL, bulk statements by key. The checked
ways are :func:`bulk_insert` and :func:`guarded_update`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    TextClause,
    event,
    insert,
    inspect,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import (
    InstrumentedAttribute,
    LoaderCriteriaOption,
    ORMExecuteState,
    Session,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.sql.elements import ClauseElement, ColumnClause
from sqlalchemy.sql.visitors import InternalTraversal

from vlms.core.db import Base
from vlms.core.numbering import draw_numbers
from vlms.core.scope import Scope, System
from vlms.core.told_scope import tell_scope
from vlms.core.visibility import criterion, may_write

_SEES_UNFINISHED = "sees_unfinished"


class ScopeError(RuntimeError):
    """A statement or row outside the session's scope: a bug or an attack, never a message."""


# What tells one such condition from another, for the cache of compiled statements.
_OF_ITS_KEY = [("condition", InternalTraversal.dp_has_cache_key)]


class _Held(CriteriaOption):
    """A condition on a class for one statement, what its joins load eagerly included.

    SQLAlchemy limits eager joins by those conditions alone that each loaded row keeps for its
    own later loads. Kept by the row, they would outlive a change of the session's scope, and
    weigh on each row; every later load is a statement that is held anew.
    """

    _traverse_internals = _OF_ITS_KEY
    propagate_to_loaders = False

    def __init__(self, condition: LoaderCriteriaOption) -> None:
        self.condition = condition

    def process_compile_state(self, compile_state: Any) -> None:
        self.condition.process_compile_state(compile_state)

    def process_compile_state_replaced_entities(
        self, compile_state: Any, mapper_entities: Any
    ) -> None:
        self.condition.process_compile_state_replaced_entities(compile_state, mapper_entities)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        self.condition.get_global_criteria(attributes)


# What SQLAlchemy itself writes into count(*) and EXISTS (SELECT 1 …).
_HARMLESS = frozenset({"*", "1"})


@cache
def _with_eager(model: Any) -> frozenset[type[Base]]:
    """The model and all that is loaded by a join whenever it is."""
    found = {model}
    waiting = [model]
    while waiting:
        for relation in inspect(waiting.pop()).relationships:
            target = relation.mapper.class_
            if relation.lazy == "joined" and target not in found:
                found.add(target)
                waiting.append(target)
    return frozenset(found)


def _elements(statement: ClauseElement) -> Iterator[Any]:
    """All parts of a statement, without going into the columns of tables."""
    waiting: list[Any] = [statement]
    while waiting:
        element = waiting.pop()
        yield element
        if not isinstance(element, Table):
            waiting.extend(element.get_children())


def _models_in(statement: ClauseElement) -> set[type[Base]]:
    """The mapped classes that a statement names; refuses what is not mapped."""
    found: set[type[Base]] = set()
    tables: set[str] = set()
    for element in _elements(statement):
        entity = element._annotations.get("parententity")
        if entity is not None:
            found |= _with_eager(entity.mapper.class_)
        else:
            tables |= _bare_table(element)
    foreign = tables.difference(*(_tables_of(model) for model in found))
    if foreign:
        raise ScopeError(f"tables {sorted(foreign)} cannot be scoped; select their classes")
    return found


def _bare_table(element: Any) -> set[str]:
    """The table that an unmapped part of a statement stands for."""
    if isinstance(element, TextClause):
        raise ScopeError("raw SQL cannot be scoped")
    if isinstance(element, Table):
        return {element.name}
    if isinstance(element, ColumnClause):
        if isinstance(element.table, Table):
            return {element.table.name}
        if element.is_literal and element.name not in _HARMLESS:
            raise ScopeError("literal SQL cannot be scoped")
    return set()


@cache
def _tables_of(model: Any) -> frozenset[str]:
    """The model's own table, and those that only join it to others (`secondary`).

    A relationship is loaded by a statement on the class at its other end.
    """
    joining = (
        relation.secondary
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
        if model in (mapper.class_, relation.mapper.class_)
    )
    return frozenset(
        {model.__tablename__} | {table.name for table in joining if isinstance(table, Table)}
    )


@event.listens_for(Session, "do_orm_execute")
def _scope_statement(state: ORMExecuteState) -> None:
    scope = state.session.info.get("scope")
    _refuse_rewriting(state)
    if isinstance(scope, System):
        _hide_unfinished(state)
        return
    if not state.is_orm_statement:
        raise ScopeError("only statements on mapped classes can be scoped")
    if state.is_insert or (state.is_executemany and not state.is_select):
        raise ScopeError("bulk statements go through bulk_insert or guarded_update")
    statement: Any = state.statement
    models = _models_in(statement)
    if statement._with_options:
        # Loader options bring in tables that the statement itself does not name.
        models = {mapper.class_ for mapper in Base.registry.mappers}
    target = None if state.is_select else statement.entity_description["entity"]
    state.statement = statement.options(
        *(_option(model, scope, writes=model is target) for model in models)
    )
    _hide_unfinished(state)


@cache
def _unfinished_options() -> tuple[_Held, ...]:
    """What hides the rows that a job has not finished making."""
    found = []
    for mapper in Base.registry.mappers:
        condition = mapper.class_.is_finished()
        if condition is not None:
            found.append(_criteria(mapper.class_, condition))
    return tuple(found)


def _hide_unfinished(state: ORMExecuteState) -> None:
    if state.is_orm_statement and not state.session.info.get(_SEES_UNFINISHED):
        statement: Any = state.statement
        state.statement = statement.options(*_unfinished_options())


@contextmanager
def seeing_unfinished(session: Session) -> Iterator[None]:
    """Let the session see what a job is still making; for that job alone."""
    session.info[_SEES_UNFINISHED] = True
    try:
        yield
    finally:
        del session.info[_SEES_UNFINISHED]


def _refuse_rewriting(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete):
        return
    target = state.bind_mapper
    if target is None or target.class_.visible.append_only:
        raise ScopeError("what can only be appended to is not rewritten")


@lru_cache(maxsize=2048)
def _option(model: type[Base], scope: Scope | None, *, writes: bool) -> _Held:
    # Made once for each scope: a page's statements ask for the same ones over and over.
    return _criteria(model, criterion(model, scope, writes=writes))


def _criteria(model: type[Base], condition: ColumnElement[bool]) -> _Held:
    return _Held(with_loader_criteria(model, condition, include_aliases=True))


@event.listens_for(Session, "before_flush")
def _check_rows(session: Session, _context: Any, _instances: Any) -> None:
    scope = session.info.get("scope")
    if session.info.get("read_only"):
        if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
            raise ScopeError("a reading session does not write")
        return
    for row in session.new:
        _check(row, scope, new=True)
    for row in (*session.dirty, *session.deleted):
        _check(row, scope, new=False)


def _check(row: Any, scope: Scope | None, *, new: bool) -> None:
    if not may_write(row, scope, new=new):
        raise ScopeError(f"{type(row).__name__} is outside {scope}")


def bulk_insert(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows at once, each checked against the scope; every column given."""
    _check_all(session, model, rows)
    tell_scope(session)
    session.connection().execute(insert(model), list(rows))


def bulk_insert_counted(
    session: Session,
    model: type[Base],
    columns: tuple[InstrumentedAttribute[int], InstrumentedAttribute[Any]],
    rows: Sequence[dict[str, Any]],
) -> dict[Any, int]:
    """The same for a table whose key the database counts up: the keys by the other column.

    That one differs from row to row: asked for in the order of the rows, SQLite would take
    them one by one.
    """
    _check_all(session, model, rows)
    tell_scope(session)
    key, told = columns
    if numbers := draw_numbers(session, key, len(rows)):
        numbered = [{**row, key.key: n} for row, n in zip(rows, numbers, strict=True)]
        session.connection().execute(insert(model), numbered)
        return {row[told.key]: row[key.key] for row in numbered}
    found = session.connection().execute(insert(model).returning(*columns), list(rows))
    return {about: number for number, about in found}


def _check_all(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    scope = session.info.get("scope")
    if not isinstance(scope, System):
        for named in _told_apart(model, rows):
            _check(model(**named), scope, new=True)


def _told_apart(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What of the rows a scope looks at, each combination once: thousands of them are alike."""
    seen = model.visible
    columns = (seen.organisation, seen.agreement, seen.school, seen.reseller, seen.holder)
    names = [name for name in dict.fromkeys(columns) if name]
    found = {tuple(row.get(name) for name in names) for row in rows}
    return [dict(zip(names, values, strict=True)) for values in found]


def guarded_update(
    session: Session, model: type[Base], *conditions: ColumnElement[bool], **values: Any
) -> int:
    """`UPDATE … WHERE conditions`, within the scope; how many rows it changed.

    The guard against races: the condition and the change are one statement. Rows already
    loaded are not refreshed.
    """
    session.flush()
    statement = update(model).where(*conditions).values(**values)
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
