"""Tables of the catalogue and of prices."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.core.db import Base, Instant, Keyed, UnitPrice, choice
from vlms.core.scope import GLOBAL, Visibility


class ProductKind(StrEnum):
    EXAM_VOUCHER = "exam_voucher"
    CLASS_PACK = "class_pack"
    SITE_PACK = "site_pack"
    E_REFERENCE = "e_reference"
    IMAGINE_ACADEMY = "imagine_academy"
    ENTITLEMENT = "entitlement"


class CodeSource(StrEnum):
    """C7: where a product's codes come from."""

    VC1 = "vc1"
    PROVIDER = "provider"
    NONE = "none"


class ExamProvider(Base):
    """Where exams are booked: the provider's site and its steps, in both languages (F6.5)."""

    __tablename__ = "exam_provider"
    visible = GLOBAL

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_en: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(120))
    address_en: Mapped[str] = mapped_column(String(300))
    address_zh: Mapped[str] = mapped_column(String(300))
    steps_en: Mapped[list[str]] = mapped_column(JSON)
    steps_zh: Mapped[list[str]] = mapped_column(JSON)


class RetakeTerm(Base):
    """A4: how long to wait after a failed exam, from a day on; without a family: in general.

    The first failure's wait in hours, every later one's in days; None: no yearly limit.
    """

    __tablename__ = "retake_term"
    __table_args__ = (
        Index("uq_retake_term", "family_key", "effective_from", unique=True),
        Index("ix_retake_term_effective_from", "effective_from"),
    )
    visible = GLOBAL

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    family_key: Mapped[str | None] = mapped_column(ForeignKey("exam_family.key"))
    effective_from: Mapped[date] = mapped_column(Date)
    first_wait_hours: Mapped[int] = mapped_column(Integer)
    later_wait_days: Mapped[int] = mapped_column(Integer)
    yearly_limit: Mapped[int | None] = mapped_column(Integer)


class ExamFamily(Base):
    """A family of exams (MOS, MTA, MCE, …) with its own last days."""

    __tablename__ = "exam_family"
    visible = GLOBAL

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_en: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(120))
    retires_on: Mapped[date | None] = mapped_column(Date)
    provider_key: Mapped[str | None] = mapped_column(ForeignKey("exam_provider.key"))

    provider: Mapped[ExamProvider | None] = relationship(lazy="joined")


class Exam(Base):
    """One exam by its number; the day of its own retirement comes before its family's."""

    __tablename__ = "exam"
    visible = GLOBAL

    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200))
    family_key: Mapped[str] = mapped_column(ForeignKey("exam_family.key"), index=True)
    retires_on: Mapped[date | None] = mapped_column(Date)

    family: Mapped[ExamFamily] = relationship(lazy="joined")

    @property
    def last_day(self) -> date | None:
        """The earlier of its own and its family's day of retirement (C3)."""
        days = [day for day in (self.retires_on, self.family.retires_on) if day is not None]
        return min(days, default=None)


class CertificationKind(StrEnum):
    """R1: associate, expert and specialty certifications are renewed, the others never expire."""

    FUNDAMENTALS = "fundamentals"
    ASSOCIATE = "associate"
    EXPERT = "expert"
    SPECIALTY = "specialty"
    MOS = "mos"
    MTA = "mta"
    MCSA = "mcsa"
    MCSE = "mcse"
    MCSD = "mcsd"
    MCE = "mce"


class Certification(Base):
    """What a person earns by passing exams, from its first day until it is retired (R1)."""

    __tablename__ = "certification"
    visible = GLOBAL

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200))
    kind: Mapped[CertificationKind] = mapped_column(choice(CertificationKind, "certification_kind"))
    available_from: Mapped[date | None] = mapped_column(Date)
    retires_on: Mapped[date | None] = mapped_column(Date)

    exams: Mapped[list[Exam]] = relationship(
        secondary="certification_exam", order_by="Exam.number", lazy="selectin"
    )


class CertificationExam(Base):
    __tablename__ = "certification_exam"
    visible = GLOBAL

    certification_key: Mapped[str] = mapped_column(
        ForeignKey("certification.key"), primary_key=True
    )
    exam_number: Mapped[str] = mapped_column(ForeignKey("exam.number"), primary_key=True)


class SolutionArea(Base):
    """What a product is about: Data & AI, Modern Work, …"""

    __tablename__ = "solution_area"
    visible = GLOBAL

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    name_en: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(120))


class Product(Keyed, Base):
    """Something that can be ordered, or an entitlement that can be read."""

    __tablename__ = "product"
    visible = GLOBAL
    audited = (
        "name_en",
        "name_zh",
        "is_orderable",
        "first_sale_on",
        "last_sale_on",
        "exams_retire_on",
        "code_source",
        "lives_to_agreement_end",
        "low_stock_count",
        "publisher_name",
        "publisher_number",
    )

    key: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[ProductKind] = mapped_column(choice(ProductKind, "product_kind"))
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200))
    description_en: Mapped[str] = mapped_column(String(1000), default="")
    description_zh: Mapped[str] = mapped_column(String(1000), default="")
    # Codes, or exams of a pack, that one unit yields.
    units: Mapped[int] = mapped_column(Integer)
    # Months after which a line counts as a 12-month line; None: no cap.
    cap_months: Mapped[int | None] = mapped_column(Integer)
    points: Mapped[int] = mapped_column(Integer, default=0)
    is_orderable: Mapped[bool] = mapped_column(Boolean)
    # Only under EES, School, OVS-ES (A1).
    is_academic_only: Mapped[bool] = mapped_column(Boolean, default=False)
    first_sale_on: Mapped[date | None] = mapped_column(Date)
    last_sale_on: Mapped[date | None] = mapped_column(Date)
    exams_retire_on: Mapped[date | None] = mapped_column(Date)
    region: Mapped[str | None] = mapped_column(String(60))
    solution_area_key: Mapped[str | None] = mapped_column(ForeignKey("solution_area.key"))
    # Where an E-Reference library is opened, or an exam is booked.
    address: Mapped[str | None] = mapped_column(String(300))
    code_source: Mapped[CodeSource] = mapped_column(choice(CodeSource, "product_code_source"))
    # C5: codes live to the agreement's end whatever the line's charge end.
    lives_to_agreement_end: Mapped[bool] = mapped_column(Boolean, default=False)
    low_stock_count: Mapped[int] = mapped_column(Integer, default=20)
    # Whose product it is, as reconciliation files name them; charges keep both as they were.
    publisher_name: Mapped[str | None] = mapped_column(String(120))
    publisher_number: Mapped[str | None] = mapped_column(String(60))

    families: Mapped[list[ExamFamily]] = relationship(
        secondary="product_family", order_by="ExamFamily.key", lazy="selectin"
    )
    solution_area: Mapped[SolutionArea | None] = relationship(lazy="joined")


class ProductFamily(Base):
    __tablename__ = "product_family"
    visible = GLOBAL

    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"), primary_key=True)
    family_key: Mapped[str] = mapped_column(ForeignKey("exam_family.key"), primary_key=True)


class Programme(StrEnum):
    """The volume-licensing programmes; the last three are academic."""

    EA = "EA"
    EAS = "EAS"
    SCE = "SCE"
    SELECT_PLUS = "Select Plus"
    MPSA = "MPSA"
    OPEN_VALUE = "Open Value"
    EES = "EES"
    SCHOOL = "School"
    OVS_ES = "OVS-ES"

    @property
    def is_academic(self) -> bool:
        return self in (Programme.EES, Programme.SCHOOL, Programme.OVS_ES)


class PriceLevel(StrEnum):
    A = "A"
    B = "B"
    C = "C"
    D = "D"


class PriceList(Keyed, Base):
    """One imported file of prices."""

    __tablename__ = "price_list"
    visible = GLOBAL
    audited = ("name", "is_sample")

    name: Mapped[str] = mapped_column(String(200))
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)
    imported_at: Mapped[datetime] = mapped_column(Instant)


class Price(Keyed, Base):
    """A 12-month unit price, net, from a quantity on, on certain days (P3, P6)."""

    __tablename__ = "price"
    __table_args__ = (
        Index(
            "uq_price",
            *("product_id", "programme", "level"),
            *("currency", "from_quantity", "effective_from"),
            unique=True,
        ),
    )
    visible = GLOBAL

    price_list_id: Mapped[UUID] = mapped_column(ForeignKey("price_list.id"), index=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    programme: Mapped[str] = mapped_column(String(20))
    level: Mapped[PriceLevel] = mapped_column(choice(PriceLevel, "price_level"))
    currency: Mapped[str] = mapped_column(String(3))
    from_quantity: Mapped[int] = mapped_column(Integer)
    unit_price: Mapped[Decimal] = mapped_column(UnitPrice)
    # What it costs outside the programme, so that a quote can show the saving.
    reference_price: Mapped[Decimal | None] = mapped_column(UnitPrice)
    effective_from: Mapped[date] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)

    price_list: Mapped[PriceList] = relationship(lazy="joined")
    product: Mapped[Product] = relationship()


class Holiday(Keyed, Base):
    """A day that is no business day in a country (O4); the operator edits them."""

    __tablename__ = "holiday"
    __table_args__ = (Index("uq_holiday", "country", "day", unique=True),)
    # An agreement in a new country brings its holidays, whoever enters it.
    visible = Visibility(organisation=None, everyone_reads=True, everyone_appends=True)
    audited = ("country", "day", "name")

    country: Mapped[str] = mapped_column(String(2))
    day: Mapped[date] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(200))
