"""Monthly figures of competencies, and how each of them stood from day to day."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_STATES = ("initiated", "qualified", "active", "at_risk", "grace", "lost")


def upgrade() -> None:
    _make_figures()
    _make_spells()


def _make_figures() -> None:
    keys = ("competency", "path", "metric")
    op.create_table(
        "competency_figure",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(length=60), nullable=False) for name in keys),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("contribution", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_competency_figure_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_figure")),
    )
    op.create_index(
        "uq_competency_figure",
        "competency_figure",
        ["organisation_id", *keys, "month"],
        unique=True,
    )


def _make_spells() -> None:
    states = sa.Enum(
        *_STATES,
        name="competency_spell_state",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    op.create_table(
        "competency_spell",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("competency", sa.String(length=60), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_competency_spell_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_spell")),
    )
    is_open = sa.text("ended_on IS NULL")
    op.create_index(
        "uq_competency_spell_open",
        "competency_spell",
        ["organisation_id", "competency"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(
        "ix_competency_spell", "competency_spell", ["organisation_id", "competency", "started_on"]
    )


def downgrade() -> None:
    op.drop_table("competency_spell")
    op.drop_table("competency_figure")
