"""Whom a reseller's statements name: its customers by its own numbers, and itself."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.billing.models.prices import BuyerProfile, SellerProfile
from vlms.billing.rules.layouts import Parties
from vlms.billing.rules.statement import Customer


def customers_of(session: Session, reseller_id: UUID | None) -> dict[UUID, Customer]:
    """Those whose numbers and domain names the reseller has entered."""
    if reseller_id is None:
        return {}
    profiles = session.scalars(
        select(BuyerProfile)
        .where(BuyerProfile.reseller_id == reseller_id)
        .options(joinedload(BuyerProfile.organisation))
    )
    return {
        one.organisation_id: Customer(
            one.organisation_id,
            one.customer_number or one.organisation.slug,
            one.organisation.name,
            one.domain_name or "",
            one.organisation.country,
        )
        for one in profiles
    }


def parties_of(session: Session, reseller_id: UUID | None) -> Parties:
    if reseller_id is None:
        return Parties()
    seller = session.scalar(select(SellerProfile).where(SellerProfile.reseller_id == reseller_id))
    if seller is None:
        return Parties()
    return Parties(seller.partner_number or "", seller.mpn_number or "")
