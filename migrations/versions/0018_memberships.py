"""Membership offers that were bought, their orders, benefits and reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)
_families = ("action_pack", "package")


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _make_memberships()
    _make_orders()
    _make_benefits()
    _make_reminders()


def _make_memberships() -> None:
    op.create_table(
        "membership",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("family", _choice("membership_family", *_families), nullable=False),
        sa.Column("offer_key", sa.String(length=40), nullable=False),
        sa.Column("competency", sa.String(length=120), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("anniversary", sa.Date(), nullable=False),
        sa.Column("replaced_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", _instant, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            "uq_membership_family",
            ["organisation_id", "family"],
            unique=True,
            sqlite_where=sa.text("replaced_on IS NULL"),
            postgresql_where=sa.text("replaced_on IS NULL"),
        )
        batch_op.create_index("ix_membership_anniversary", ["anniversary"], unique=False)


def _make_orders() -> None:
    op.create_table(
        "membership_order",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column(
            "kind", _choice("membership_order_kind", "buy", "renew", "upgrade"), nullable=False
        ),
        sa.Column(
            "state",
            _choice("membership_order_state", "placed", "paid", "lapsed", "withdrawn"),
            nullable=False,
        ),
        sa.Column("family", _choice("membership_order_family", *_families), nullable=False),
        sa.Column("offer_key", sa.String(length=40), nullable=False),
        sa.Column("competency", sa.String(length=120), nullable=True),
        sa.Column("anniversary", sa.Date(), nullable=True),
        sa.Column("purchase_order", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("list_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("offers_version", sa.String(length=40), nullable=False),
        sa.Column("terms_version", sa.String(length=40), nullable=False),
        sa.Column("placed_at", _instant, nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("payment_reference", sa.String(length=60), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_order_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_membership_order_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_order")),
    )
    with op.batch_alter_table("membership_order", schema=None) as batch_op:
        batch_op.create_index("uq_membership_order_number", ["number"], unique=True)
        batch_op.create_index(
            "uq_membership_order_waiting",
            ["organisation_id", "family"],
            unique=True,
            sqlite_where=sa.text("state = 'placed'"),
            postgresql_where=sa.text("state = 'placed'"),
        )
        batch_op.create_index("ix_membership_order_due", ["state", "pay_by"], unique=False)
        batch_op.create_index("ix_membership_order_membership", ["membership_id"], unique=False)


def _make_benefits() -> None:
    op.create_table(
        "membership_benefit",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("benefit_key", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("assigned_count", sa.Integer(), nullable=False),
        sa.Column("activated_count", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "0 <= activated_count AND activated_count <= assigned_count "
            "AND assigned_count <= quantity",
            name=op.f("ck_membership_benefit_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_benefit_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_membership_benefit_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_benefit")),
    )
    with op.batch_alter_table("membership_benefit", schema=None) as batch_op:
        batch_op.create_index(
            "uq_membership_benefit", ["membership_id", "benefit_key", "starts_on"], unique=True
        )
        batch_op.create_index("ix_membership_benefit_end", ["ends_on"], unique=False)


def _make_reminders() -> None:
    op.create_table(
        "membership_reminder",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            _choice("membership_reminder_kind", "renewal", "benefits", "skills", "lost"),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sent_at", _instant, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_reminder_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_membership_reminder_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_reminder")),
    )
    with op.batch_alter_table("membership_reminder", schema=None) as batch_op:
        batch_op.create_index(
            "uq_membership_reminder", ["membership_id", "kind", "due_on"], unique=True
        )


def downgrade() -> None:
    for table in ("membership_reminder", "membership_benefit", "membership_order", "membership"):
        op.drop_table(table)
