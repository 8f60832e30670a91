"""Finds what papers say of sellers and buyers, and a reseller's own prices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Organisation
from vlms.billing.models.prices import BuyerProfile, SellerProfile, SellingPrice
from vlms.core.errors import NotFound
from vlms.core.text import _


def find_seller(session: Session, reseller_id: UUID) -> SellerProfile | None:
    return session.scalar(select(SellerProfile).where(SellerProfile.reseller_id == reseller_id))


def hold_seller(session: Session, reseller_id: UUID) -> SellerProfile | None:
    """The same, held until this work ends: who else issues papers for it waits."""
    held = select(SellerProfile).where(SellerProfile.reseller_id == reseller_id)
    return session.scalar(held.with_for_update())


def find_buyer(session: Session, reseller_id: UUID, organisation_id: UUID) -> BuyerProfile | None:
    """What the reseller's papers say of a customer; None while nothing was entered."""
    return session.scalar(
        select(BuyerProfile).where(
            BuyerProfile.reseller_id == reseller_id,
            BuyerProfile.organisation_id == organisation_id,
        )
    )


def list_buyers(session: Session, reseller_id: UUID) -> Sequence[BuyerProfile]:
    """All that were entered, by the customer's name."""
    return session.scalars(
        select(BuyerProfile)
        .join(BuyerProfile.organisation)
        .where(BuyerProfile.reseller_id == reseller_id)
        .order_by(Organisation.search_name)
        .options(joinedload(BuyerProfile.organisation))
    ).all()


def list_selling_prices(
    session: Session, reseller_id: UUID, product_ids: Collection[UUID] | None = None
) -> Sequence[SellingPrice]:
    """A reseller's own prices, of these products or of all; those that began last first."""
    statement = select(SellingPrice).where(SellingPrice.reseller_id == reseller_id)
    if product_ids is not None:
        statement = statement.where(SellingPrice.product_id.in_(sorted(product_ids)))
    return session.scalars(statement.order_by(SellingPrice.effective_from.desc())).all()


def get_selling_price(session: Session, price_id: UUID) -> SellingPrice:
    """Raises NotFound, also for a foreign one."""
    price = session.scalar(select(SellingPrice).where(SellingPrice.id == price_id))
    if price is None:
        raise NotFound(None, _("There is no such price of your own."))
    return price
