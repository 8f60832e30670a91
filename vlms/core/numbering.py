"""Numbers that the database counts up, drawn before their rows are written."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session


def draw_numbers(session: Session, column: InstrumentedAttribute[int], count: int) -> Sequence[int]:
    """The next so many numbers of the column on PostgreSQL; none on SQLite, which tells them."""
    if not count or session.get_bind().dialect.name != "postgresql":
        return []
    table = column.class_.__tablename__
    name = func.pg_get_serial_sequence(f'"{table}"', column.key)
    each = func.generate_series(1, count).table_valued("each")
    drawn = select(func.nextval(name)).select_from(each)
    return session.connection().scalars(drawn).all()
