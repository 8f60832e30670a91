"""The tables of exports of codes that a second admin decides about."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export_pace",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_export_pace_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_pace")),
    )
    with op.batch_alter_table("export_pace", schema=None) as batch_op:
        batch_op.create_index("uq_export_pace", ["user_id"], unique=True)

    op.create_table(
        "code_export",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "making",
                "ready",
                "declined",
                "failed",
                name="code_export_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column(
            "language",
            sa.Enum(
                "en",
                "zh_Hant_TW",
                name="code_export_language",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("code_count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.String(length=500), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_count", sa.Integer(), nullable=True),
        sa.Column("part_count", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_code_export_agreement_id")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_code_export_asked_by")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user.id"], name=op.f("fk_code_export_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_code_export_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_export")),
        sa.UniqueConstraint("number", name=op.f("uq_code_export_number")),
    )
    with op.batch_alter_table("code_export", schema=None) as batch_op:
        batch_op.create_index(
            "ix_code_export_file",
            ["file_until"],
            unique=False,
            sqlite_where=sa.text("part_count > 0"),
            postgresql_where=sa.text("part_count > 0"),
        )
        batch_op.create_index(
            "ix_code_export_organisation", ["organisation_id", "asked_at"], unique=False
        )

    op.create_table(
        "code_export_link",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_code_export_link_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["export_id"], ["code_export.id"], name=op.f("fk_code_export_link_export_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_code_export_link_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_export_link")),
    )
    with op.batch_alter_table("code_export_link", schema=None) as batch_op:
        batch_op.create_index("ix_code_export_link_export", ["export_id"], unique=False)
        batch_op.create_index("uq_code_export_link", ["secret_digest"], unique=True)

    op.create_table(
        "code_export_part",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_code_export_part_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["export_id"], ["code_export.id"], name=op.f("fk_code_export_part_export_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_code_export_part_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_export_part")),
    )
    with op.batch_alter_table("code_export_part", schema=None) as batch_op:
        batch_op.create_index("uq_code_export_part", ["export_id", "position"], unique=True)

    op.create_table(
        "code_export_code",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("is_left_out", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_code_export_code_agreement_id")
        ),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_code_export_code_code_id")),
        sa.ForeignKeyConstraint(
            ["export_id"], ["code_export.id"], name=op.f("fk_code_export_code_export_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_code_export_code_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_export_code")),
    )
    with op.batch_alter_table("code_export_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_export_code_code_id"), ["code_id"], unique=False)
        batch_op.create_index("uq_code_export_code", ["export_id", "code_id"], unique=True)


def downgrade() -> None:
    for table in (
        "code_export_code",
        "code_export_part",
        "code_export_link",
        "code_export",
        "export_pace",
    ):
        op.drop_table(table)
