"""Tables of sellers, buyers, a reseller's own prices, taxes and exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation
from vlms.billing.rules.postings import USUAL
from vlms.billing.rules.tax import TaxMode
from vlms.core.db import Base, Keyed, UnitPrice, choice
from vlms.core.language import Language
from vlms.core.scope import GLOBAL, Visibility


class SellerProfile(Keyed, Base):
    """What a reseller's papers and files say of the reseller."""

    __tablename__ = "seller_profile"
    visible = Visibility(organisation=None, reseller="reseller_id")
    audited = (
        "legal_name",
        "latin_name",
        "address",
        "country",
        "tax_number",
        "partner_number",
        "mpn_number",
        "invoice_prefix",
        "payment_days",
        "payment_details",
        "receivable_account",
        "revenue_account",
        "tax_account",
        "cash_account",
        "cost_account",
        "input_tax_account",
        "payable_account",
    )

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), unique=True)
    legal_name: Mapped[str] = mapped_column(String(200))
    latin_name: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(400))
    country: Mapped[str] = mapped_column(String(2))
    # In Taiwan the 統一編號.
    tax_number: Mapped[str | None] = mapped_column(String(40))
    # PartnerId and MpnId of the reconciliation formats.
    partner_number: Mapped[str | None] = mapped_column(String(60))
    mpn_number: Mapped[str | None] = mapped_column(String(60))
    invoice_prefix: Mapped[str] = mapped_column(String(10), default="")
    # Days from the invoice's day until it is due.
    payment_days: Mapped[int] = mapped_column(Integer, default=30)
    payment_details: Mapped[str | None] = mapped_column(String(500))
    # Numbers of accounts in the postings; see vlms.billing.rules.postings.
    receivable_account: Mapped[str] = mapped_column(String(20), default=USUAL.receivable)
    revenue_account: Mapped[str] = mapped_column(String(20), default=USUAL.revenue)
    tax_account: Mapped[str] = mapped_column(String(20), default=USUAL.tax)
    cash_account: Mapped[str] = mapped_column(String(20), default=USUAL.cash)
    cost_account: Mapped[str] = mapped_column(String(20), default=USUAL.cost)
    input_tax_account: Mapped[str] = mapped_column(String(20), default=USUAL.input_tax)
    payable_account: Mapped[str] = mapped_column(String(20), default=USUAL.payable)


class BuyerProfile(Keyed, Base):
    """What a reseller's papers and files say of one customer."""

    __tablename__ = "buyer_profile"
    __table_args__ = (Index("uq_buyer_profile", "reseller_id", "organisation_id", unique=True),)
    visible = Visibility(organisation=None, reseller="reseller_id")
    audited = (
        "legal_name",
        "latin_name",
        "address",
        "tax_number",
        "customer_number",
        "domain_name",
        "invoice_email",
        "language",
    )

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    legal_name: Mapped[str] = mapped_column(String(200))
    latin_name: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(400), default="")
    tax_number: Mapped[str | None] = mapped_column(String(40))
    # CustomerId and CustomerDomainName of the reconciliation formats.
    customer_number: Mapped[str | None] = mapped_column(String(60))
    domain_name: Mapped[str | None] = mapped_column(String(200))
    invoice_email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(choice(Language, "buyer_profile_language"))

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])


class SellingPrice(Keyed, Base):
    """A reseller's own price of a product, for one customer or for all, from a day on.

    For 12 months, before tax; the order's own unit price counts where there is none.
    """

    __tablename__ = "selling_price"
    __table_args__ = (
        Index("ix_selling_price", "reseller_id", "product_id", "currency", "effective_from"),
    )
    visible = Visibility(organisation=None, reseller="reseller_id")
    audited = ("product_id", "currency", "unit_price", "effective_from", "effective_until")

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # None: for all customers.
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    currency: Mapped[str] = mapped_column(String(3))
    unit_price: Mapped[Decimal] = mapped_column(UnitPrice)
    effective_from: Mapped[date] = mapped_column(Date)
    effective_until: Mapped[date | None] = mapped_column(Date)


class TaxRule(Keyed, Base):
    """How a country rounds its tax, from a day on (P3)."""

    __tablename__ = "tax_rule"
    __table_args__ = (Index("uq_tax_rule", "country", "effective_from", unique=True),)
    visible = GLOBAL
    audited = ("country", "mode", "effective_from")

    country: Mapped[str] = mapped_column(String(2))
    mode: Mapped[TaxMode] = mapped_column(choice(TaxMode, "tax_rule_mode"))
    effective_from: Mapped[date] = mapped_column(Date)


class TaxRate(Keyed, Base):
    """The rate of a country's tax, for one product or for all, from a day on."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        Index("uq_tax_rate", "country", "product_key", "effective_from", unique=True),
    )
    visible = GLOBAL
    audited = ("country", "product_key", "percent", "name_en", "name_zh", "effective_from")

    country: Mapped[str] = mapped_column(String(2))
    # "" for all products without a rate of their own.
    product_key: Mapped[str] = mapped_column(String(60), default="")
    percent: Mapped[Decimal] = mapped_column(UnitPrice)
    name_en: Mapped[str] = mapped_column(String(60))
    name_zh: Mapped[str] = mapped_column(String(60))
    effective_from: Mapped[date] = mapped_column(Date)
    # Shipped to try things with; not checked against the country's law.
    is_sample: Mapped[bool] = mapped_column(default=False)


class ExchangeRate(Keyed, Base):
    """What one unit of a currency is worth in another on a day, as the reseller entered it."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        Index(
            "uq_exchange_rate",
            "reseller_id",
            "from_currency",
            "to_currency",
            "effective_on",
            unique=True,
        ),
    )
    visible = Visibility(organisation=None, reseller="reseller_id")
    audited = ("from_currency", "to_currency", "effective_on", "rate_millionths", "source")

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    from_currency: Mapped[str] = mapped_column(String(3))
    to_currency: Mapped[str] = mapped_column(String(3))
    effective_on: Mapped[date] = mapped_column(Date)
    rate_millionths: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str | None] = mapped_column(String(120))
