"""Monthly reports of the programme, their rows, and what was decided about them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _make_reports()
    _make_rows()
    _make_decisions()


def _make_reports() -> None:
    op.create_table(
        "skills_report",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _choice("skills_report_kind", "skills", "learning"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("imported_at", _instant, nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("import_count", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_skills_report_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills_report")),
    )
    with op.batch_alter_table("skills_report", schema=None) as batch_op:
        batch_op.create_index(
            "uq_skills_report_month", ["organisation_id", "kind", "month"], unique=True
        )


def _make_rows() -> None:
    op.create_table(
        "reported_skill",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("mcid", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=301), nullable=True),
        sa.Column("account", sa.String(length=254), nullable=True),
        sa.Column("training_id", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("training_type", sa.String(length=100), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("in_pmc", sa.Boolean(), nullable=True),
        sa.Column("in_pc", sa.Boolean(), nullable=True),
        sa.Column("mpn_id", sa.String(length=20), nullable=True),
        sa.Column("relevant", sa.String(length=1402), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reported_skill_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["skills_report.id"], name=op.f("fk_reported_skill_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reported_skill_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_skill")),
    )
    with op.batch_alter_table("reported_skill", schema=None) as batch_op:
        batch_op.create_index("ix_reported_skill_report", ["report_id", "mcid"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reported_skill_person_id"), ["person_id"], unique=False
        )


def _make_decisions() -> None:
    cases = ("not_in_pc", "not_in_pmc", "not_reported", "not_linked")
    op.create_table(
        "report_decision",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("case", _choice("report_decision_case", *cases), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state", _choice("report_decision_state", "open", "done", "ignored"), nullable=False
        ),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("decided_at", _instant, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_report_decision_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["skills_report.id"], name=op.f("fk_report_decision_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_report_decision_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user.id"], name=op.f("fk_report_decision_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_decision")),
    )
    with op.batch_alter_table("report_decision", schema=None) as batch_op:
        batch_op.create_index(
            "uq_report_decision", ["report_id", "case", "subject_id"], unique=True
        )
        batch_op.create_index(
            batch_op.f("ix_report_decision_person_id"), ["person_id"], unique=False
        )


def downgrade() -> None:
    for table in ("report_decision", "reported_skill", "skills_report"):
        op.drop_table(table)
