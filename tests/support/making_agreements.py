"""Makes agreements and their contacts for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from vlms.accounts.models import Organisation
from vlms.agreements.models import (
    Agreement,
    AgreementContact,
    ContactKind,
    LevelMode,
    Programme,
)
from vlms.catalog.models import PriceLevel
from vlms.core.language import Language
from vlms.core.work import Work


def make_agreement(
    work: Work,
    organisation: Organisation,
    number: str = "A-1",
    programme: str = "EA",
    **facts: Any,
) -> Agreement:
    """An agreement from 2025-07-01 until 2027-06-30 in USD at level A, unless said otherwise.

    `reseller` is an organisation or None; the other `facts` are columns.
    """
    reseller: Organisation | None = facts.pop("reseller", None)
    agreement = Agreement(
        **{
            "organisation_id": organisation.id,
            "reseller_id": reseller.id if reseller else None,
            "number": number,
            "programme": Programme(programme),
            "first_day": date(2025, 7, 1),
            "last_day": date(2027, 6, 30),
            "country": "US",
            "time_zone": "America/Los_Angeles",
            "currency": "USD",
            "level_mode": LevelMode.FIXED,
            "price_level": PriceLevel.A,
            "account_manager_name": "Alex Manager",
            "account_manager_email": "alex@manager.example",
            "created_at": work.now,
            **facts,
        }
    )
    work.session.add(agreement)
    work.flush()
    return agreement


def make_contact(
    work: Work,
    agreement: Agreement,
    kind: ContactKind = ContactKind.NOTICES_ONLINE,
    email: str = "notices@contoso.example",
    **facts: Any,
) -> AgreementContact:
    contact = AgreementContact(
        **{
            "organisation_id": agreement.organisation_id,
            "agreement_id": agreement.id,
            "reseller_id": agreement.reseller_id,
            "kind": kind,
            "name": "Nora Notices",
            "email": email,
            "language": Language.ENGLISH,
            **facts,
        }
    )
    work.session.add(contact)
    work.flush()
    return contact
