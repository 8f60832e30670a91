"""Whom to ask about what, under an agreement (O5, O7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement, AgreementContact, ContactKind
from vlms.core.errors import Topic
from vlms.core.language import Language
from vlms.notices.outbox import Recipient

_KINDS = {
    Topic.PRICING: ContactKind.PRICING,
    Topic.CODES: ContactKind.CODES,
    Topic.EXAM_PROVIDER: ContactKind.EXAM_PROVIDER,
    Topic.CERTIFICATION_PROFILES: ContactKind.CERTIFICATION_PROFILES,
    Topic.PARTNER_SUPPORT: ContactKind.PARTNER_SUPPORT,
}


@dataclass(frozen=True)
class Contact:
    """Somebody to write to; `language` None where it is not known."""

    name: str
    email: str
    language: Language | None = None


def contact_for(agreement: Agreement, topic: Topic | None) -> Contact:
    """The agreement's contact for a topic (O7); its account manager where there is none."""
    kind = None if topic is None else _KINDS.get(topic)
    return find_contact(agreement, kind) or Contact(
        agreement.account_manager_name, agreement.account_manager_email
    )


def contact_for_messages(agreement: Agreement, kind: ContactKind) -> Contact | None:
    """To whom messages of this kind go (O5); the notices contact where there is none."""
    return find_contact(agreement, kind) or find_contact(agreement, ContactKind.NOTICES_ONLINE)


def find_contact(agreement: Agreement, kind: ContactKind | None) -> Contact | None:
    """The agreement's own contact of a kind."""
    for contact in agreement.contacts:
        if contact.kind is kind:
            return _plain(contact)
    return None


def find_notices_contact(session: Session, organisation_id: UUID, today: date) -> Recipient | None:
    """The notices contact of the organisation's running agreement that ends first."""
    found = session.scalar(
        select(AgreementContact)
        .join(Agreement, Agreement.id == AgreementContact.agreement_id)
        .where(
            Agreement.organisation_id == organisation_id,
            Agreement.last_day >= today,
            AgreementContact.kind == ContactKind.NOTICES_ONLINE,
        )
        .order_by(Agreement.last_day, Agreement.number)
        .limit(1)
    )
    return None if found is None else Recipient(found.name, found.email, found.language)


def _plain(contact: AgreementContact) -> Contact:
    return Contact(contact.name, contact.email, contact.language)
