"""Tables of organisations, people, users, roles and one-time links."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from vlms.accounts.rules.place_role import PlaceRole as PlaceRole
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.reading import search_key
from vlms.core.scope import Visibility


class OrganisationKind(StrEnum):
    CUSTOMER = "customer"
    ACADEMIC = "academic"
    RESELLER = "reseller"
    OPERATOR = "operator"


class Organisation(Keyed, Base):
    """A customer, academic institution, reseller or operator; its slug stands in addresses.

    Its name may be read by all (orders name their reseller); nobody but the operator lists it.
    """

    __tablename__ = "organisation"
    visible = Visibility(organisation="id", everyone_reads=True)
    audited = (
        "slug",
        "kind",
        "name",
        "country",
        "time_zone",
        "language",
        "assign_delay_minutes",
        "has_roc_years",
    )

    slug: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind, "organisation_kind"))
    name: Mapped[str] = mapped_column(String(200))
    # NFKC and case folded, for looking up.
    search_name: Mapped[str] = mapped_column(String(400))
    country: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(60))
    language: Mapped[Language] = mapped_column(choice(Language, "organisation_language"))
    # C2: how long an assignment can be called back.
    assign_delay_minutes: Mapped[int] = mapped_column(Integer, default=30)
    # Papers in Chinese count years from the Republic's first.
    has_roc_years: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @validates("name")
    def _look_up_by(self, _column: str, name: str) -> str:
        self.search_name = search_key(name)
        return name


class ApprovalLimit(Keyed, Base):
    """O4: above this net total, in this currency, another admin approves an order first."""

    __tablename__ = "approval_limit"
    __table_args__ = (Index("uq_approval_limit", "organisation_id", "currency", unique=True),)
    visible = Visibility()
    audited = ("currency", "limit_minor")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    currency: Mapped[str] = mapped_column(String(3))
    limit_minor: Mapped[int] = mapped_column(BigInteger)


class School(Keyed, Base):
    __tablename__ = "school"
    __table_args__ = (
        Index("uq_school_name", "organisation_id", "name", unique=True),
        Index("uq_school_source", "organisation_id", "source_id", unique=True),
    )
    visible = Visibility(school="id")
    audited = ("name", "source_id", "time_zone")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(200))
    # Its key in the roster's files (OneRoster's sourcedId).
    source_id: Mapped[str | None] = mapped_column(String(120))
    # Its days are days there; None: the organisation's zone.
    time_zone: Mapped[str | None] = mapped_column(String(60))


class User(Keyed, Base):
    """A global sign-in: one human. Without a password it cannot sign in yet."""

    __tablename__ = "user"
    # Who invites, adds: a user without a grant may do nothing, and only System changes one.
    visible = Visibility(organisation=None, everyone_reads=True, everyone_appends=True)
    audited = ("email", "name", "language", "time_zone", "disabled_at")

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[Language] = mapped_column(choice(Language, "user_language"))
    time_zone: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Person(Keyed, Base):
    """A directory entry of one organisation; codes belong to persons, for good (C2)."""

    __tablename__ = "person"
    __table_args__ = (
        Index("uq_person_email", "organisation_id", "email", unique=True),
        Index("uq_person_number", "organisation_id", "number", unique=True),
        Index("uq_person_source", "organisation_id", "source_id", unique=True),
        Index("ix_person_search", "organisation_id", "search_name"),
        Index("ix_person_user", "user_id"),
        Index("ix_person_manager", "organisation_id", "manager_id"),
        # D1: nothing brings back who was erased.
        CheckConstraint(
            "erased_at IS NULL OR (left_at IS NOT NULL AND user_id IS NULL AND manager_id IS NULL "
            "AND latin_name IS NULL AND email IS NULL AND number IS NULL AND mcid IS NULL "
            "AND source_id IS NULL)",
            name="erased",
        ),
    )
    visible = Visibility(holder="id", team="id", school="school_id")
    audited = (
        "name",
        "latin_name",
        "email",
        "number",
        "language",
        "department",
        "manager_id",
        "mcid",
        "school_id",
        "left_at",
        "user_id",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(200))
    latin_name: Mapped[str | None] = mapped_column(String(200))
    # NFKC and case folded, of both names, for looking up.
    search_name: Mapped[str] = mapped_column(String(400))
    email: Mapped[str | None] = mapped_column(String(254))
    number: Mapped[str | None] = mapped_column(String(60))
    department: Mapped[str | None] = mapped_column(String(120))
    # Sees the states of their codes and approves their requests.
    manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    # Their certification profile's id, as the directory has it; proved elsewhere (K1).
    mcid: Mapped[str | None] = mapped_column(String(20))
    # Their key in the roster's files (OneRoster's sourcedId).
    source_id: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[Language] = mapped_column(choice(Language, "person_language"))
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    # From then on a neutral word stands in place of the name, for good (D1).
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @classmethod
    def of_schools(cls, school_ids: Collection[UUID]) -> ColumnElement[bool]:
        """Of the school itself, or with a place in it: one may study at two."""
        there = PersonPlace.in_places("person_id", "school_id", school_ids)
        return cls.school_id.in_(sorted(school_ids)) | cls.id.in_(there)


class PersonPlace(Keyed, Base):
    """That a person studies or works at a school, from the roster; a student is enrolled then.

    Its days are days of the school; open ends are None.
    """

    __tablename__ = "person_place"
    __table_args__ = (
        Index("uq_person_place", "person_id", "school_id", "role", unique=True),
        Index("ix_person_place_school", "organisation_id", "school_id", "role"),
    )
    visible = Visibility(school="school_id", holder="person_id")
    audited = ("role", "school_id", "first_day", "last_day")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[PlaceRole] = mapped_column(choice(PlaceRole, "person_place_role"))
    first_day: Mapped[date | None] = mapped_column(Date)
    last_day: Mapped[date | None] = mapped_column(Date)

    school: Mapped[School] = relationship()
    person: Mapped[Person] = relationship()


class RoleGrant(Keyed, Base):
    """A user's role in an organisation, or in one of its agreements or schools."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index("ix_role_grant_organisation", "organisation_id", "user_id"),
        Index("ix_role_grant_user", "user_id"),
    )
    visible = Visibility()
    audited = ("user_id", "role", "agreement_id", "school_id", "ended_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    role: Mapped[Role] = mapped_column(choice(Role, "role_grant_role"))
    # Agreements are a domain above this one, so no foreign key.
    agreement_id: Mapped[UUID | None] = mapped_column(Uuid)
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship()


class LinkPurpose(StrEnum):
    SET_PASSWORD = "set_password"
    CLAIM_CODE = "claim_code"
    OPEN_ORDER = "open_order"
    SET_UP_SIGN_IN = "set_up_sign_in"
    JOIN = "join"


class OneTimeLink(Keyed, Base):
    """A signed link of a mail or slip; its secret is derived from the key, never stored.

    `subject_id` is what it opens: a user (set_password), a code (claim_code), an order
    (open_order, for a contact without an account, O5) or a person (set_up_sign_in, on a slip;
    join, in a mail that invites them to sign in).
    """

    __tablename__ = "one_time_link"
    __table_args__ = (Index("ix_one_time_link_subject", "subject_id", "purpose"),)
    # A reseller's step writes a mail, and so a link, to a contact of the customer's. A school's
    # people see and end the links of persons whose own school it is.
    visible = Visibility(everyone_appends=True, schools_write=True)
    audited = ("purpose", "subject_id", "expires_at", "used_at", "ended_at")

    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose, "one_time_link_purpose"))
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    # Ended before its time: the address was corrected, or a reprint replaced it (C2).
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def schools_own(cls, school_ids: Collection[UUID]) -> ColumnElement[bool]:
        return cls.person_id.in_(Person.in_places("id", "school_id", school_ids))


class SavedView(Keyed, Base):
    """What a user asked of a list in a workspace, under a name of their own."""

    __tablename__ = "saved_view"
    __table_args__ = (
        Index("uq_saved_view", "organisation_id", "user_id", "endpoint", "name", unique=True),
    )
    # Resellers keep theirs too: the organisation is the workspace.
    visible = Visibility(reseller="organisation_id", schools_write=True)
    audited = ("name", "asked")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    endpoint: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    # Arguments of the list's address: filters, sort, columns.
    asked: Mapped[str] = mapped_column(String(1500))
