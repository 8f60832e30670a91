"""The database: base class, column types, engine settings, and the one place that commits."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from pysqlite3 import dbapi2
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Engine,
    MetaData,
    Select,
    Uuid,
    event,
    select,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from vlms.core.scope import Scope, Visibility
from vlms.core.tokens import new_id

_NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table; it must say who sees it."""

    metadata = MetaData(naming_convention=_NAMING)
    visible: ClassVar[Visibility]
    audited: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def is_finished(cls) -> ColumnElement[bool] | None:
        """The condition without which a row is not there for anybody yet; None: no such one.

        A job that makes many rows in many transactions lets them all appear at once so.
        """
        return None

    @classmethod
    def of_agreements(cls, agreement_ids: Collection[UUID]) -> ColumnElement[bool] | None:
        """The condition for being of these agreements; None where nothing tells a row's."""
        if cls.visible.agreement is None:
            return None
        column: ColumnElement[UUID] = getattr(cls, cls.visible.agreement)
        return column.in_(sorted(agreement_ids))

    @classmethod
    def of_schools(cls, school_ids: Collection[UUID]) -> ColumnElement[bool] | None:
        """The condition for being of these schools; None where no column tells a row's school."""
        return cls.schools_own(school_ids)

    @classmethod
    def schools_own(cls, school_ids: Collection[UUID]) -> ColumnElement[bool] | None:
        """The condition under which these schools change a row, where a column tells its own."""
        if cls.visible.school is None:
            return None
        column = getattr(cls, cls.visible.school)
        condition: ColumnElement[bool] = column.in_(sorted(school_ids))
        return condition | column.is_(None) if cls.visible.schools_share else condition

    @classmethod
    def former_sellers_read(cls, reseller_id: UUID) -> ColumnElement[bool] | None:
        """What a reseller reads, and never changes, beside the rows that carry its id."""
        return None

    @classmethod
    def has_finished(cls, owner_id: Mapped[UUID], unfinished: str) -> ColumnElement[bool]:
        """For rows that belong to one of these: that its column `unfinished` is empty.

        On the bare table: the condition on the rows themselves must not reach into it.
        """
        columns = cls.__table__.c
        return owner_id.not_in(select(columns.id).where(columns[unfinished].is_not(None)))

    @classmethod
    def in_places(cls, key: str, place: str, ids: Collection[UUID]) -> Select[tuple[UUID]]:
        """The values of the column `key` in rows whose column `place` is one of the ids.

        On the bare table, for conditions of scopes, which must not be scoped themselves.
        """
        columns = cls.__table__.c
        return select(columns[key]).where(columns[place].in_(sorted(ids)))


db = SQLAlchemy(model_class=Base)


class Instant(TypeDecorator[datetime]):
    """An aware moment, stored in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class UnitPrice(TypeDecorator[Decimal]):
    """A price with up to four decimals, stored as whole ten-thousandths (P3)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value.scaleb(4)
        if scaled != int(scaled):
            raise ValueError(f"{value} has more than four decimals")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-4)


def choice(words: type[StrEnum], name: str) -> SqlEnum:
    """A column that holds one of an enum's words, checked by the database."""
    return SqlEnum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda enum: [word.value for word in enum],
    )


class Keyed:
    """A row with a time-ordered key made in the application."""

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)


_SQLITE_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA busy_timeout = 5000",
)
_POSTGRES_OPTIONS = (
    "-c lock_timeout=2000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000"
)
_WRITES = "vlms_writes"


def engine_options(url: str) -> dict[str, Any]:
    """What `create_engine` needs for this database, beside the URL."""
    # A statement's values may be secrets: no error shows them.
    common = {"hide_parameters": True}
    if url.startswith("sqlite"):
        # Python's may be older than 3.51.3, where two connections that write and check-point at
        # one moment can damage the database (sqlite.org/wal.html, "The WAL-reset bug").
        return {**common, "module": dbapi2, "connect_args": {"timeout": 5}}
    return {**common, "pool_pre_ping": True, "connect_args": {"options": _POSTGRES_OPTIONS}}


def prepare_engine(engine: Engine) -> None:
    """Let SQLite begin its own transactions: writers at once, readers when they read."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # SQLite's own knows ASCII only; searching by name folds every script.
        connection.create_function("lower", 1, _lower, deterministic=True)
        cursor = connection.cursor()
        for setting in _SQLITE_SETTINGS:
            cursor.execute(setting)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


@contextmanager
def transaction(scope: Scope, engine: Engine | None = None) -> Iterator[Session]:
    """A session of its own that writes for `scope`: commits at the end, or leaves nothing.

    On SQLite its first statement is BEGIN IMMEDIATE, so that two writers queue instead of
    failing when a reader turns to writing.
    """
    with Session(engine or db.engine, info={"scope": scope}, expire_on_commit=False) as session:
        session.connection(execution_options={_WRITES: True})
        yield session
        session.commit()


def see_one_moment(session: Session) -> None:
    """Let a session that has not begun yet read one snapshot, however many statements it runs.

    SQLite does so by itself; PostgreSQL would see what others commit between two statements.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@contextmanager
def reading(scope: Scope, engine: Engine | None = None) -> Iterator[Session]:
    """A session of its own that only reads for `scope`."""
    with Session(engine or db.engine, info={"scope": scope, "read_only": True}) as session:
        see_one_moment(session)
        yield session
