"""What statements can be narrowed by, within the session's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement
from vlms.billing.models.charges import Charge


@dataclass(frozen=True, slots=True)
class Choices:
    """What statements can be narrowed by; names by keys."""

    customers: Mapping[str, str]
    agreements: Mapping[str, str]
    currencies: Mapping[str, str]


def choices_of(session: Session) -> Choices:
    """Customers, agreements and currencies that were ever charged."""
    customers = select(Organisation.id, Organisation.name).where(
        Organisation.id.in_(select(Charge.organisation_id))
    )
    agreements = select(Agreement.id, Agreement.number).where(
        Agreement.id.in_(select(Charge.agreement_id))
    )
    currencies = select(Charge.currency).distinct().order_by(Charge.currency)
    return Choices(
        {str(key): name for key, name in session.execute(customers.order_by(Organisation.name))},
        {str(key): name for key, name in session.execute(agreements.order_by(Agreement.number))},
        {currency: currency for currency in session.scalars(currencies)},
    )
