"""Sign-in providers of organisations, their mail domains, and whom they have shown."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)
_confirmed = sa.text("confirmed_at IS NOT NULL")


def upgrade() -> None:
    _make_providers()
    _make_domains()
    _make_identities()
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provider_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_sign_in_session_provider_id"),
            "sign_in_provider",
            ["provider_id"],
            ["id"],
        )
        batch_op.create_index(batch_op.f("ix_sign_in_session_provider_id"), ["provider_id"])


def _make_providers() -> None:
    op.create_table(
        "sign_in_provider",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("proves_factor", sa.Boolean(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", _instant, nullable=True),
        sa.Column("tested_at", _instant, nullable=True),
        sa.Column("created_at", _instant, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sign_in_provider_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_provider")),
    )
    op.create_index("uq_sign_in_provider", "sign_in_provider", ["organisation_id"], unique=True)


def _make_domains() -> None:
    op.create_table(
        "provider_domain",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("confirmed_at", _instant, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_provider_domain_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["sign_in_provider.id"], name=op.f("fk_provider_domain_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_domain")),
    )
    own = ["organisation_id", "domain"]
    op.create_index("uq_provider_domain", "provider_domain", own, unique=True)
    op.create_index(op.f("ix_provider_domain_provider_id"), "provider_domain", ["provider_id"])
    op.create_index(
        "uq_provider_domain_confirmed",
        "provider_domain",
        ["domain"],
        unique=True,
        sqlite_where=_confirmed,
        postgresql_where=_confirmed,
    )


def _make_identities() -> None:
    op.create_table(
        "provider_identity",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", _instant, nullable=False),
        sa.Column("used_at", _instant, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_provider_identity_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_provider_identity_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_identity")),
    )
    unique = {
        "uq_provider_identity": ["organisation_id", "issuer", "subject"],
        "uq_provider_identity_user": ["organisation_id", "user_id"],
    }
    for name, columns in unique.items():
        op.create_index(name, "provider_identity", columns, unique=True)
    op.create_index(op.f("ix_provider_identity_user_id"), "provider_identity", ["user_id"])


def downgrade() -> None:
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_session_provider_id"))
        batch_op.drop_constraint(batch_op.f("fk_sign_in_session_provider_id"), type_="foreignkey")
        batch_op.drop_column("provider_id")
    for table in ("provider_identity", "provider_domain", "sign_in_provider"):
        op.drop_table(table)
