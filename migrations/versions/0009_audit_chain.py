"""The journal's chains, with the entries that are there; triggers that keep it append-only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PIECE = 1000
NOBODYS = UUID(int=0)
START = bytes(32)

ENTRY = sa.table(
    "audit_entry",
    sa.column("sequence", sa.BigInteger),
    sa.column("organisation_id", sa.Uuid),
    sa.column("actor_id", sa.Uuid),
    sa.column("action", sa.String),
    sa.column("record_kind", sa.String),
    sa.column("record_id", sa.Uuid),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("reason", sa.String),
    sa.column("detail_digest", sa.LargeBinary),
)
LINK = sa.table(
    "audit_link",
    sa.column("sequence", sa.BigInteger),
    sa.column("chain_id", sa.Uuid),
    sa.column("position", sa.BigInteger),
    sa.column("previous", sa.LargeBinary),
    sa.column("digest", sa.LargeBinary),
)
HEAD = sa.table(
    "audit_head",
    sa.column("chain_id", sa.Uuid),
    sa.column("position", sa.BigInteger),
    sa.column("digest", sa.LargeBinary),
)

INDEXES = {
    "at": ["at"],
    "organisation": ["organisation_id", "at"],
    "actor": ["actor_id", "at"],
    "action": ["organisation_id", "action", "at"],
}
REFUSED = {
    "audit_entry": ("UPDATE", "DELETE"),
    "audit_detail": ("UPDATE",),
    "audit_link": ("UPDATE", "DELETE"),
    "audit_head": ("DELETE",),
    "signed_head": ("UPDATE", "DELETE"),
}
FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION vlms_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$ LANGUAGE plpgsql""",
    """CREATE OR REPLACE FUNCTION vlms_only_grows() RETURNS trigger AS $$
BEGIN
    IF NEW.chain_id <> OLD.chain_id OR NEW.position <= OLD.position THEN
        RAISE EXCEPTION '% only grows', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql""",
)


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_link",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["sequence"], ["audit_entry.sequence"], name=op.f("fk_audit_link_sequence")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_link")),
    )
    with op.batch_alter_table("audit_link", schema=None) as batch_op:
        batch_op.create_index("uq_audit_link_position", ["chain_id", "position"], unique=True)
    op.create_table(
        "signed_head",
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "position", name=op.f("pk_signed_head")),
    )
    op.drop_index("ix_audit_entry_organisation", table_name="audit_entry")
    for name, columns in INDEXES.items():
        op.create_index(f"ix_audit_entry_{name}", "audit_entry", columns)
    chain(op.get_bind())
    for statement in triggers(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ("audit_entry", "audit_detail"):
            for act in REFUSED[table]:
                op.execute(sa.text(f"DROP TRIGGER {table}_no_{act.lower()}"))
    else:
        for table in ("audit_entry", "audit_detail"):
            op.execute(sa.text(f"DROP TRIGGER {table}_append_only ON {table}"))
    for name in INDEXES:
        op.drop_index(f"ix_audit_entry_{name}", table_name="audit_entry")
    op.create_index("ix_audit_entry_organisation", "audit_entry", ["organisation_id", "sequence"])
    op.drop_table("signed_head")
    op.drop_table("audit_link")
    op.drop_table("audit_head")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION vlms_append_only()"))
        op.execute(sa.text("DROP FUNCTION vlms_only_grows()"))


def chain(connection: sa.Connection) -> None:
    """Give each entry that is there its place, in the order in which they were written."""
    heads: dict[UUID, tuple[int, bytes]] = {}
    for piece in pieces(connection):
        connection.execute(sa.insert(LINK), [link(heads, entry) for entry in piece])
    rows = [
        {"chain_id": chain_id, "position": position, "digest": digest}
        for chain_id, (position, digest) in sorted(heads.items())
    ]
    if rows:
        connection.execute(sa.insert(HEAD), rows)


def pieces(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    last = -(2**62)
    while True:
        some = sa.select(ENTRY).where(ENTRY.c.sequence > last).order_by(ENTRY.c.sequence)
        found = connection.execute(some.limit(PIECE)).all()
        if not found:
            return
        last = found[-1].sequence
        yield found


def link(heads: dict[UUID, tuple[int, bytes]], entry: Any) -> dict[str, Any]:
    chain_id = entry.organisation_id or NOBODYS
    position, previous = heads.get(chain_id, (0, START))
    position += 1
    line = written_down(chain_id, position, entry)
    digest = hashlib.sha256(previous + line.encode("ascii")).digest()
    heads[chain_id] = (position, digest)
    return {
        "sequence": entry.sequence,
        "chain_id": chain_id,
        "position": position,
        "previous": previous,
        "digest": digest,
    }


def written_down(chain_id: UUID, position: int, entry: Any) -> str:
    fields = (
        "vlms-journal-1",
        str(chain_id),
        position,
        entry.sequence,
        None if entry.organisation_id is None else str(entry.organisation_id),
        None if entry.actor_id is None else str(entry.actor_id),
        entry.action,
        entry.record_kind,
        str(entry.record_id),
        moment(entry.at),
        entry.reason,
        entry.detail_digest.hex(),
    )
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    utc = at.astimezone(UTC) if at.tzinfo else at
    return utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def triggers(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [each for table in REFUSED for each in on_sqlite(table)]
    made = list(FUNCTIONS)
    for table, refused in REFUSED.items():
        acts = " OR ".join((*refused, "TRUNCATE"))
        made.append(
            f"CREATE TRIGGER {table}_append_only BEFORE {acts} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION vlms_append_only()"
        )
    made.append(
        "CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head "
        "FOR EACH ROW EXECUTE FUNCTION vlms_only_grows()"
    )
    return made


def on_sqlite(table: str) -> list[str]:
    made = [
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {act} refused'); END"
        for act in REFUSED[table]
    ]
    if table == "audit_head":
        made.append(
            "CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head "
            "WHEN NEW.chain_id <> OLD.chain_id OR NEW.position <= OLD.position "
            "BEGIN SELECT RAISE(ABORT, 'audit_head only grows'); END"
        )
    return made
