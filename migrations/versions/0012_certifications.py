"""What people have passed and hold, their renewals, and kinds of certifications that are no more sold."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)
_kinds = ("fundamentals", "associate", "expert", "specialty", "mos", "mta", "mce")
_added = ("mcsa", "mcse", "mcsd")


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _let_kinds(*_kinds[:6], *_added, _kinds[6])
    _make_passes()
    _make_held()
    _make_attempts()


def _let_kinds(*words: str) -> None:
    with op.batch_alter_table("certification", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_certification_certification_kind"), type_="check")
        listed = ", ".join(f"'{word}'" for word in words)
        batch_op.create_check_constraint(
            op.f("ck_certification_certification_kind"), f"kind IN ({listed})"
        )


def _make_passes() -> None:
    op.create_table(
        "exam_pass",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("exam_number", sa.String(length=40), nullable=False),
        sa.Column("passed_on", sa.Date(), nullable=False),
        sa.Column("source", _choice("exam_pass_source", "exam", "import", "entry"), nullable=False),
        sa.Column("created_at", _instant, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exam_pass_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exam_pass_person_id")),
        sa.ForeignKeyConstraint(
            ["exam_number"], ["exam.number"], name=op.f("fk_exam_pass_exam_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_pass")),
    )
    with op.batch_alter_table("exam_pass", schema=None) as batch_op:
        batch_op.create_index(
            "uq_exam_pass", ["person_id", "exam_number", "passed_on"], unique=True
        )
        batch_op.create_index("ix_exam_pass_exam", ["organisation_id", "exam_number"], unique=False)


def _make_held() -> None:
    op.create_table(
        "held_certification",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("certification_key", sa.String(length=60), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column(
            "source",
            _choice("held_certification_source", "exam", "import", "entry"),
            nullable=False,
        ),
        sa.Column("created_at", _instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_held_certification_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_held_certification_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["certification_key"],
            ["certification.key"],
            name=op.f("fk_held_certification_certification_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_certification")),
    )
    with op.batch_alter_table("held_certification", schema=None) as batch_op:
        batch_op.create_index(
            "uq_held_certification", ["person_id", "certification_key", "earned_on"], unique=True
        )
        batch_op.create_index(
            "ix_held_certification_end", ["organisation_id", "expires_on"], unique=False
        )


def _make_attempts() -> None:
    op.create_table(
        "renewal_attempt",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("held_id", sa.Uuid(), nullable=False),
        sa.Column("expired_on", sa.Date(), nullable=False),
        sa.Column("attempted_at", _instant, nullable=False),
        sa.Column("has_passed", sa.Boolean(), nullable=False),
        sa.Column("created_at", _instant, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_renewal_attempt_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_renewal_attempt_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["held_id"], ["held_certification.id"], name=op.f("fk_renewal_attempt_held_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_attempt")),
    )
    with op.batch_alter_table("renewal_attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_renewal_attempt", ["held_id", "expired_on", "attempted_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_renewal_attempt_person_id"), ["person_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("renewal_attempt")
    op.drop_table("held_certification")
    op.drop_table("exam_pass")
    _let_kinds(*_kinds)
