"""Erased people, and that they were erased."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_IS_NEUTRAL = (
    "erased_at IS NULL OR (left_at IS NOT NULL AND user_id IS NULL AND manager_id IS NULL AND "
    "latin_name IS NULL AND email IS NULL AND number IS NULL AND mcid IS NULL AND "
    "source_id IS NULL)"
)


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_by", sa.Uuid(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["erased_by"], ["user.id"], name=op.f("fk_erasure_erased_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_erasure_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_organisation", "erasure", ["organisation_id", "erased_at"])
    _add_erased_at()


def _add_erased_at() -> None:
    """With the column, so that SQLite adds it without making the table anew."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE person ADD COLUMN erased_at DATETIME "
            f"CONSTRAINT ck_person_erased CHECK ({_IS_NEUTRAL})"
        )
        return
    op.add_column("person", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_person_erased"), "person", _IS_NEUTRAL)


def downgrade() -> None:
    op.drop_column("person", "erased_at")
    op.drop_index("ix_erasure_organisation", table_name="erasure")
    op.drop_table("erasure")
