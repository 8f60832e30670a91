"""Operators who see the system as one user of an organisation, for a time."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)
_KEYS = {
    "session_id": "sign_in_session.id",
    "operator_id": "user.id",
    "user_id": "user.id",
    "organisation_id": "organisation.id",
}


def upgrade() -> None:
    op.create_table(
        "support_visit",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in _KEYS),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("begun_at", _instant, nullable=False),
        sa.Column("expires_at", _instant, nullable=False),
        sa.Column("ended_at", _instant, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [to], name=op.f(f"fk_support_visit_{name}"))
            for name, to in _KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_visit")),
    )
    for name in ("user_id", "organisation_id"):
        op.create_index(op.f(f"ix_support_visit_{name}"), "support_visit", [name])
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_support_visit_open",
        "support_visit",
        ["session_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def downgrade() -> None:
    op.drop_table("support_visit")
