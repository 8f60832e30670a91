"""A partner's locations, and who belongs to which."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_LOCATION, _PERSON = "partner_location", "partner_location_person"


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        _LOCATION,
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("mpn_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("is_headquarters", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key(_LOCATION, "organisation_id", "organisation.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_LOCATION}")),
    )
    op.create_index(
        "uq_partner_location_mpn", _LOCATION, ["organisation_id", "mpn_id"], unique=True
    )
    op.create_index(
        "uq_partner_location_headquarters",
        _LOCATION,
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text("is_headquarters"),
        postgresql_where=sa.text("is_headquarters"),
    )
    op.create_table(
        _PERSON,
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key(_PERSON, "organisation_id", "organisation.id"),
        _key(_PERSON, "person_id", "person.id"),
        _key(_PERSON, "location_id", "partner_location.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_PERSON}")),
    )
    op.create_index("uq_partner_location_person", _PERSON, ["person_id"], unique=True)
    op.create_index("ix_partner_location_person", _PERSON, ["location_id"])


def downgrade() -> None:
    op.drop_table(_PERSON)
    op.drop_table(_LOCATION)
