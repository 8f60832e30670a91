"""Somebody else's records of billing and reconciliation: one for each kind of id in addresses."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.agreements.models import Agreement
from vlms.billing.models.attachments import Attachment, AttachmentKind
from vlms.core.work import Work


def make_foreign_money(work: Work, owner_id: UUID) -> dict[str, UUID]:
    """Under the organisation's first agreement; the reseller's are of its reseller."""
    agreement = work.session.scalars(
        select(Agreement).where(Agreement.organisation_id == owner_id).order_by(Agreement.number)
    ).first()
    assert agreement is not None
    return {"attachment_id": _attachment(work, agreement)}


def _attachment(work: Work, agreement: Agreement) -> UUID:
    made = Attachment(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        reseller_id=agreement.reseller_id,
        kind=AttachmentKind.QUOTE,
        filename="theirs.pdf",
        media_type="application/pdf",
        byte_count=4,
        digest="0" * 64,
        sealed_content=b"none",
        added_at=work.now,
    )
    work.session.add(made)
    work.flush()
    return made.id
