"""What papers say of the seller and of each buyer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement
from vlms.billing.models.prices import BuyerProfile, SellerProfile
from vlms.billing.queries.profiles import find_buyer, find_seller
from vlms.billing.rules.tax_numbers import check_tax_number
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.models import Order


@dataclass(frozen=True, kw_only=True)
class SellerFacts:
    """Who sells; `payment_days` from the invoice's day until it is due."""

    legal_name: str
    address: str
    country: str
    latin_name: str | None = None
    tax_number: str | None = None
    partner_number: str | None = None
    mpn_number: str | None = None
    invoice_prefix: str = ""
    payment_days: int = 30
    payment_details: str | None = None


@dataclass(frozen=True, kw_only=True)
class BuyerFacts:
    """Who buys, and where invoices go."""

    legal_name: str
    language: Language
    address: str = ""
    latin_name: str | None = None
    tax_number: str | None = None
    customer_number: str | None = None
    domain_name: str | None = None
    invoice_email: str | None = None


def save_seller(work: Work, reseller_id: UUID, facts: SellerFacts) -> SellerProfile:
    """Enter who the seller is; posted invoices keep what they said. Raises BadInput."""
    work.actor.require(Permission.EDIT_INVOICES)
    check_tax_number(facts.tax_number, facts.country)
    work.does("seller_profile.saved")
    profile = find_seller(work.session, reseller_id) or SellerProfile(reseller_id=reseller_id)
    for name, value in asdict(facts).items():
        setattr(profile, name, value)
    work.session.add(profile)
    work.flush()
    return profile


def save_buyer(
    work: Work, reseller_id: UUID, organisation_id: UUID, facts: BuyerFacts
) -> BuyerProfile:
    """Enter who a customer is. Raises NotFound unless the reseller serves it, BadInput."""
    work.actor.require(Permission.EDIT_INVOICES)
    customer = require_customer(work.session, reseller_id, organisation_id)
    check_tax_number(facts.tax_number, customer.country)
    work.does("buyer_profile.saved")
    profile = find_buyer(work.session, reseller_id, organisation_id) or BuyerProfile(
        reseller_id=reseller_id, organisation_id=organisation_id
    )
    for name, value in asdict(facts).items():
        setattr(profile, name, value)
    work.session.add(profile)
    work.flush()
    return profile


def require_customer(session: Session, reseller_id: UUID, organisation_id: UUID) -> Organisation:
    """Raises NotFound unless the organisation has an agreement or orders through the reseller."""
    served = select(Agreement.id).where(
        Agreement.reseller_id == reseller_id, Agreement.organisation_id == organisation_id
    )
    ordered = select(Order.id).where(
        Order.reseller_id == reseller_id, Order.organisation_id == organisation_id
    )
    if not any(session.scalar(each.limit(1)) for each in (served, ordered)):
        raise NotFound(None, _("There is no such customer of yours."))
    return session.get_one(Organisation, organisation_id)
