"""A reseller's own prices, for one customer or for all, from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from vlms.billing.models.prices import SellingPrice
from vlms.billing.queries.profiles import get_selling_price, list_selling_prices
from vlms.billing.service.invoicing_profiles import require_customer
from vlms.catalog.queries import get_product
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True, slots=True)
class NewSellingPrice:
    """For 12 months, before tax; customer None: for all; both days belong to it."""

    product_id: UUID
    currency: str
    unit_price: Decimal
    effective_from: date
    effective_until: date | None = None
    customer_id: UUID | None = None


def add_selling_price(work: Work, reseller_id: UUID, new: NewSellingPrice) -> SellingPrice:
    """Raises NotFound for a foreign customer, BadInput for a second price of the same day."""
    work.actor.require(Permission.EDIT_INVOICES)
    get_product(work.session, new.product_id)
    if new.customer_id is not None:
        require_customer(work.session, reseller_id, new.customer_id)
    if new.effective_until is not None and new.effective_until < new.effective_from:
        raise BadInput(
            None,
            _("The last day is before the first."),
            reason="days",
            field="effective_until",
            way_out=_("Enter a later day, or leave it empty."),
        )
    same = (new.customer_id, new.currency, new.effective_from)
    for price in list_selling_prices(work.session, reseller_id, [new.product_id]):
        if (price.organisation_id, price.currency, price.effective_from) == same:
            raise BadInput(
                None,
                _("There is a price of that day already."),
                reason="double",
                field="effective_from",
                way_out=_("Choose another day, or remove the other price first."),
            )
    work.does("selling_price.added")
    price = SellingPrice(
        reseller_id=reseller_id,
        organisation_id=new.customer_id,
        product_id=new.product_id,
        currency=new.currency,
        unit_price=new.unit_price,
        effective_from=new.effective_from,
        effective_until=new.effective_until,
    )
    work.session.add(price)
    work.flush()
    return price


def remove_selling_price(work: Work, price_id: UUID) -> None:
    """Take a price out; posted invoices keep theirs. Raises NotFound."""
    work.actor.require(Permission.EDIT_INVOICES)
    price = get_selling_price(work.session, price_id)
    work.does("selling_price.removed")
    work.session.delete(price)
    work.flush()
