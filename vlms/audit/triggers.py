"""What the database itself refuses, whoever asks: changing what was written.

Migrations write the same statements (a test compares them). Changing one of these tables in
Alembic's batch mode drops SQLite's triggers: such a migration makes them anew, and
`vlms audit verify` tells when one is missing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, Boolean, Select, String, Table, column, event, select, table
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from vlms.audit.models import AuditDetail, AuditEntry, AuditHead, AuditLink, SignedHead
from vlms.core.db import Base

_APPEND_ONLY = """CREATE OR REPLACE FUNCTION vlms_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$ LANGUAGE plpgsql"""
_GROWS = """CREATE OR REPLACE FUNCTION vlms_only_grows() RETURNS trigger AS $$
BEGIN
    IF NEW.chain_id <> OLD.chain_id OR NEW.position <= OLD.position THEN
        RAISE EXCEPTION '% only grows', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql"""

# What is refused of each table; of a detail not its removal, which erasing needs.
REFUSED = {
    AuditEntry.__tablename__: ("UPDATE", "DELETE"),
    AuditDetail.__tablename__: ("UPDATE",),
    AuditLink.__tablename__: ("UPDATE", "DELETE"),
    AuditHead.__tablename__: ("DELETE",),
    SignedHead.__tablename__: ("UPDATE", "DELETE"),
}
_HEAD = AuditHead.__tablename__
_TYPE = column("type", String)


def statements(dialect: str) -> dict[str, list[str]]:
    """By table, the statements that make its triggers."""
    return {
        name: _sqlite(name, refused) if dialect == "sqlite" else _postgresql(name, refused)
        for name, refused in REFUSED.items()
    }


def _sqlite(name: str, refused: tuple[str, ...]) -> list[str]:
    made = [
        f"CREATE TRIGGER {name}_no_{act.lower()} BEFORE {act} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{name} is append-only: {act} refused'); END"
        for act in refused
    ]
    if name == _HEAD:
        made.append(
            f"CREATE TRIGGER {name}_grows BEFORE UPDATE ON {name} "
            "WHEN NEW.chain_id <> OLD.chain_id OR NEW.position <= OLD.position "
            f"BEGIN SELECT RAISE(ABORT, '{name} only grows'); END"
        )
    return made


def _postgresql(name: str, refused: tuple[str, ...]) -> list[str]:
    acts = " OR ".join((*refused, "TRUNCATE"))
    made = [
        _APPEND_ONLY,
        f"CREATE TRIGGER {name}_append_only BEFORE {acts} ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION vlms_append_only()",
    ]
    if name == _HEAD:
        made += [
            _GROWS,
            f"CREATE TRIGGER {name}_grows BEFORE UPDATE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION vlms_only_grows()",
        ]
    return made


def missing(session: Session) -> list[str]:
    """For a System scope: triggers that should be there and are not, or are switched off."""
    dialect = session.get_bind().dialect.name
    there = set(session.scalars(_there(dialect)))
    made = [each for some in statements(dialect).values() for each in some]
    wanted = [each.split()[2] for each in made if each.startswith("CREATE TRIGGER")]
    return [name for name in wanted if name not in there]


def _there(dialect: str) -> Select[Any]:
    if dialect == "sqlite":
        return select(column("name")).select_from(table("sqlite_master")).where(_TYPE == "trigger")
    is_on = (column("tgenabled") != "D") & ~column("tgisinternal", Boolean)
    return select(column("tgname")).select_from(table("pg_trigger")).where(is_on)


def _make(made: Table, connection: Connection, **_how: Any) -> None:
    for statement in statements(connection.dialect.name)[made.name]:
        ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        connection.execute(ddl)


for _name in REFUSED:
    event.listen(Base.metadata.tables[_name], "after_create", _make)
