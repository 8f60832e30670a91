"""Finds the limits above which an order needs another admin's approval (O4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import ApprovalLimit


def list_approval_limits(session: Session, organisation_id: UUID) -> Sequence[ApprovalLimit]:
    statement = select(ApprovalLimit).where(ApprovalLimit.organisation_id == organisation_id)
    return session.scalars(statement.order_by(ApprovalLimit.currency)).all()


def currencies_of_limits(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    """The currency of each of these limits that the session's scope may see."""
    found = session.scalars(select(ApprovalLimit).where(ApprovalLimit.id.in_(keys)))
    return {limit.id: limit.currency for limit in found}


def find_approval_limit(
    session: Session, organisation_id: UUID, currency: str
) -> ApprovalLimit | None:
    """O4: the limit above which an order in this currency is approved first."""
    return session.scalar(
        select(ApprovalLimit).where(
            ApprovalLimit.organisation_id == organisation_id, ApprovalLimit.currency == currency
        )
    )
