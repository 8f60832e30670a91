"""Tells PostgreSQL for whom a session works, for the policies of its tables.

At the start of each transaction, and again when the scope is another; for that transaction
alone, so that a connection never keeps one. SQLite has nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from vlms.core.row_security import SETTINGS, SYSTEM
from vlms.core.scope import Holder, Organisation, Reseller, Scope, System, Team

TELLING = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)
_TOLD = "told_scope"


def _told(scope: Scope | None) -> tuple[str, str, str, str, str]:
    """The values of the settings, in their order; empty for what the scope is not."""
    match scope:
        case Organisation():
            return ("organisation", str(scope.id), "", "", "")
        case Reseller():
            return ("reseller", "", str(scope.id), "", "")
        case Holder():
            return ("holder", "", "", _listed(scope.person_ids), "")
        case Team():
            return ("team", "", "", "", _listed(scope.person_ids))
        case System():
            return (SYSTEM, "", "", "", "")
    return ("", "", "", "", "")


def _listed(ids: Iterable[UUID]) -> str:
    return "{" + ",".join(map(str, sorted(ids))) + "}"


@event.listens_for(Session, "after_begin")
def _begin(
    session: Session, transaction: SessionTransaction | None, connection: Connection
) -> None:
    # A savepoint is begun with what was told before it.
    is_savepoint = transaction is not None and transaction.nested
    if connection.dialect.name == "postgresql" and not is_savepoint:
        scope = session.info.get("scope")
        connection.exec_driver_sql(TELLING, _told(scope))
        session.info[_TOLD] = scope


def tell_scope(session: Session) -> None:
    """Tell the database of the session's scope, if it was told of another."""
    if session.get_bind().dialect.name != "postgresql":
        return
    connection = session.connection()
    if session.info.get(_TOLD, connection) is not session.info.get("scope"):
        _begin(session, None, connection)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _transaction: Any) -> None:
    # What was told within a savepoint is undone with it.
    session.info.pop(_TOLD, None)


@event.listens_for(Session, "do_orm_execute")
def _before_statement(state: ORMExecuteState) -> None:
    tell_scope(state.session)


@event.listens_for(Session, "before_flush")
def _before_flush(session: Session, _context: Any, _instances: Any) -> None:
    tell_scope(session)
