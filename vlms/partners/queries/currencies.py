"""The currency in which an organisation buys."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.partners.queries.memberships import list_orders


def find_own_currency(session: Session, organisation_id: UUID) -> str | None:
    """That of its latest order of a membership, else the one that all its agreements have.

    None where nothing says which: nobody is to choose by the alphabet.
    """
    latest = next(iter(list_orders(session, organisation_id)), None)
    if latest is not None:
        return latest.currency
    asked = select(Agreement.currency).where(Agreement.organisation_id == organisation_id)
    found = session.scalars(asked.distinct()).all()
    return found[0] if len(found) == 1 else None
