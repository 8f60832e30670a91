"""Renewal assessments and what leads to them, and what is known of each renewal."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_DAYS = ("available_from", "retires_on")


def upgrade() -> None:
    for name in _DAYS:
        op.add_column("certification", sa.Column(name, sa.Date(), nullable=True))
    _make_catalogue()
    _extend_held()
    source = sa.Enum(
        *("holder", "entry", "import"),
        name="renewal_attempt_source",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    with op.batch_alter_table("renewal_attempt", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("source", source, nullable=False, server_default=sa.text("'entry'"))
        )
    with op.batch_alter_table("renewal_attempt", schema=None) as batch_op:
        batch_op.alter_column("source", server_default=None)


def _make_catalogue() -> None:
    key = sa.String(length=60)
    op.create_table(
        "certification_prerequisite",
        sa.Column("certification_key", key, nullable=False),
        sa.Column("needed_key", key, nullable=False),
        _refers("certification_prerequisite", "certification_key", "certification.key"),
        _refers("certification_prerequisite", "needed_key", "certification.key"),
        sa.PrimaryKeyConstraint(
            "certification_key", "needed_key", name=op.f("pk_certification_prerequisite")
        ),
    )
    op.create_table(
        "renewal_assessment",
        sa.Column("certification_key", key, nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        _refers("renewal_assessment", "certification_key", "certification.key"),
        sa.PrimaryKeyConstraint("certification_key", name=op.f("pk_renewal_assessment")),
    )
    op.create_table(
        "learning_module",
        sa.Column("certification_key", key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        _refers("learning_module", "certification_key", "renewal_assessment.certification_key"),
        sa.PrimaryKeyConstraint("certification_key", "position", name=op.f("pk_learning_module")),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _extend_held() -> None:
    """What a provider's results have made is made from exams; the rest was entered as it is."""
    table = "held_certification"
    op.add_column(table, sa.Column("told_for", sa.Date(), nullable=True))
    op.add_column(
        table, sa.Column("is_derived", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(sa.text("UPDATE held_certification SET is_derived = true WHERE source = 'exam'"))
    op.create_index("ix_held_certification_expires", table, ["expires_on", "id"])


def downgrade() -> None:
    with op.batch_alter_table("renewal_attempt", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_renewal_attempt_renewal_attempt_source"), type_="check")
        batch_op.drop_column("source")
    op.drop_index("ix_held_certification_expires", "held_certification")
    for name in ("told_for", "is_derived"):
        op.drop_column("held_certification", name)
    for name in ("learning_module", "renewal_assessment", "certification_prerequisite"):
        op.drop_table(name)
    for name in _DAYS:
        op.drop_column("certification", name)
