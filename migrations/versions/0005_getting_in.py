"""Sessions with an idle limit, steps and fresh proofs; known devices; codes by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)
_session = sa.table(
    "sign_in_session",
    sa.column("created_at", _instant),
    sa.column("last_seen_at", _instant),
    sa.column("complete_at", _instant),
    sa.column("proved_at", _instant),
    sa.column("proofs", sa.JSON),
)


def upgrade() -> None:
    """Sessions of before were opened by a password; those that are old end as idle ones do."""
    _make_devices()
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_seen_at", _instant, nullable=True))
        batch_op.add_column(sa.Column("complete_at", _instant, nullable=True))
        batch_op.add_column(sa.Column("proved_at", _instant, nullable=True))
        batch_op.add_column(sa.Column("proofs", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("device_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("user_agent", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("network", sa.String(length=45), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_sign_in_session_device_id"), "known_device", ["device_id"], ["id"]
        )
    op.execute(
        _session.update().values(
            last_seen_at=_session.c.created_at,
            complete_at=_session.c.created_at,
            proved_at=_session.c.created_at,
            proofs=["password"],
        )
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.alter_column("last_seen_at", existing_type=_instant, nullable=False)
        batch_op.alter_column("proofs", existing_type=sa.JSON(), nullable=False)
    _make_mailed_codes()


def _make_devices() -> None:
    op.create_table(
        "known_device",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", _instant, nullable=False),
        sa.Column("last_seen_at", _instant, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_known_device_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
    )
    with op.batch_alter_table("known_device", schema=None) as batch_op:
        batch_op.create_index("uq_known_device", ["user_id", "secret_digest"], unique=True)


def _make_mailed_codes() -> None:
    op.create_table(
        "mailed_code",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("sent_at", _instant, nullable=False),
        sa.Column("expires_at", _instant, nullable=False),
        sa.Column("try_count", sa.Integer(), nullable=False),
        sa.Column("used_at", _instant, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sign_in_session.id"], name=op.f("fk_mailed_code_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_code")),
        sa.UniqueConstraint("session_id", name=op.f("uq_mailed_code_session_id")),
    )


def downgrade() -> None:
    op.drop_table("mailed_code")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_sign_in_session_device_id"), type_="foreignkey")
        for name in (
            *("network", "user_agent", "device_id", "proofs"),
            *("proved_at", "complete_at", "last_seen_at"),
        ):
            batch_op.drop_column(name)
    op.drop_table("known_device")
