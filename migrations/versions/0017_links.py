"""Certification profiles that are proved, and their links with organisations."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)
_TABLES = (
    "unlink_task",
    "unlink_request",
    "mcid_association",
    "profile_claim",
    "certification_profile",
)


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _account(table: str, column: str, nullable: bool = False) -> sa.Column[str]:
    words = _choice(f"{table}_{column}", "personal", "work")
    return sa.Column(column, words, nullable=nullable)


def _make(table: str, keys: dict[str, str], *columns: sa.Column[object], links: str = "") -> None:
    """`keys` are foreign keys; those named in `links` may be empty."""
    op.create_table(
        table,
        *(sa.Column(name, sa.Uuid(), nullable=name in links.split()) for name in keys),
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [to], name=op.f(f"fk_{table}_{name}"))
            for name, to in keys.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _instants(nullable: bool, *names: str) -> tuple[sa.Column[object], ...]:
    return tuple(sa.Column(name, _instant, nullable=nullable) for name in names)


def _unique_while(name: str, table: str, column: str, empty: str) -> None:
    runs = sa.text(f"{empty} IS NULL")
    op.create_index(name, table, [column], unique=True, sqlite_where=runs, postgresql_where=runs)


def upgrade() -> None:
    _make_profiles()
    _make_claims()
    _make_associations()
    _make_tasks()


def _make_profiles() -> None:
    table = "certification_profile"
    _make(
        table,
        {"user_id": "user.id", "merged_into_id": f"{table}.id"},
        sa.Column("mcid", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        _account(table, "account_kind"),
        *_instants(False, "proved_at"),
        _account(table, "learning_kind", nullable=True),
        sa.Column("learning_account", sa.String(length=254), nullable=True),
        sa.Column("is_learning_linked", sa.Boolean(), nullable=False),
        *_instants(True, "ended_at"),
        sa.Column("link_count", sa.Integer(), nullable=False),
        links="merged_into_id",
    )
    op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
    _unique_while(f"uq_{table}_mcid", table, "mcid", "ended_at")


def _make_claims() -> None:
    table = "profile_claim"
    _make(
        table,
        {"user_id": "user.id"},
        sa.Column("mcid", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        _account(table, "account_kind"),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        *_instants(False, "sent_at", "expires_at"),
        sa.Column("try_count", sa.Integer(), nullable=False),
        *_instants(True, "used_at"),
    )
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f(f"uq_{table}_user_id"), ["user_id"])


def _make_associations() -> None:
    table = "mcid_association"
    reasons = _choice(f"{table}_end_reason", "unlinked", "swapped", "left", "erased")
    _make(
        table,
        {
            "organisation_id": "organisation.id",
            "person_id": "person.id",
            "user_id": "user.id",
            "profile_id": "certification_profile.id",
        },
        sa.Column("mcid", sa.String(length=20), nullable=True),
        *_instants(False, "started_at"),
        *_instants(True, "assessments_ended_at", "exams_ended_at", "ended_at"),
        sa.Column("end_reason", reasons, nullable=True),
        *_instants(True, "seen_at"),
    )
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f(f"ck_{table}_is_whole"),
            "(ended_at IS NOT NULL AND assessments_ended_at IS NOT NULL "
            "AND exams_ended_at IS NOT NULL AND end_reason IS NOT NULL) OR "
            "(ended_at IS NULL AND end_reason IS NULL "
            "AND (assessments_ended_at IS NULL OR exams_ended_at IS NULL))",
        )
    for name in ("person_id", "profile_id"):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
    op.create_index(f"ix_{table}_starts", table, ["user_id", "started_at"])
    op.create_index(
        f"ix_{table}_organisation", table, ["organisation_id", "ended_at", "started_at"]
    )
    _unique_while(f"uq_{table}_user", table, "user_id", "ended_at")


def _make_tasks() -> None:
    request = "unlink_request"
    _make(
        request,
        {"profile_id": "certification_profile.id"},
        *_instants(False, "asked_at", "expires_at"),
        *_instants(True, "used_at"),
    )
    op.create_index(op.f(f"ix_{request}_profile_id"), request, ["profile_id"])
    table = "unlink_task"
    _make(
        table,
        {
            "organisation_id": "organisation.id",
            "person_id": "person.id",
            "association_id": "mcid_association.id",
        },
        *_instants(False, "asked_at"),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_instants(True, "done_at"),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])
    op.create_index("ix_unlink_task_due", table, ["organisation_id", "done_at", "due_on"])
    _unique_while("uq_unlink_task_open", table, "association_id", "done_at")


def downgrade() -> None:
    for name in _TABLES:
        op.drop_table(name)
