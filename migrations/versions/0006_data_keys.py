"""Data keys of organisations, wrapped by the master key."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("master_id", sa.String(length=8), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(length=60), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shredded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_data_key_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_key")),
    )
    with op.batch_alter_table("data_key", schema=None) as batch_op:
        batch_op.create_index("ix_data_key_master", ["master_id"], unique=False)
        batch_op.create_index("ix_data_key_owner", ["organisation_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("data_key", schema=None) as batch_op:
        batch_op.drop_index("ix_data_key_owner")
        batch_op.drop_index("ix_data_key_master")

    op.drop_table("data_key")
