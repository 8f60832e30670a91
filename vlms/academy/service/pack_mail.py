"""Mail about packs and quotas (O5, F11): to contacts and coordinators; a link, never a code."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.academy.models.packs import Pack, PackQuota
from vlms.academy.queries.pack_messages import OPENED
from vlms.accounts.contact_links import link_for_contact
from vlms.accounts.models import Organisation, RoleGrant, User
from vlms.agreements.contacts import contact_for, contact_for_messages
from vlms.agreements.models import ContactKind
from vlms.agreements.queries import get_agreement
from vlms.audit.service import journal
from vlms.catalog.models import ExamProvider
from vlms.core.db import reading
from vlms.core.errors import Conflict, Topic
from vlms.core.language import Language
from vlms.core.permissions import Permission, Role
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post

_ASKING = System("the coordinators of a school")


def tell_opened(work: Work, pack: Pack, occasion: str = "") -> OutboxMessage | None:
    """Write "your site pack is open" to the notices and online contact (O5).

    Where there is none, the online service administrator stands in; None when the agreement
    names neither. One `occasion` writes one mail.
    """
    agreement = get_agreement(work.session, pack.agreement_id)
    contact = contact_for_messages(agreement, ContactKind.NOTICES_ONLINE) or contact_for_messages(
        agreement, ContactKind.ONLINE_ADMINISTRATOR
    )
    if contact is None:
        return None
    support = contact_for(agreement, Topic.EXAM_PROVIDER)
    link = link_for_contact(work, pack.organisation_id, contact.email, pack.line.order_id)
    mail = Mail(
        OPENED,
        pack.id,
        f"{OPENED}:{pack.id}:{occasion}",
        pack.organisation_id,
        pack.agreement_id,
        link.id if link else None,
        {
            **_facts(work, pack),
            "order": pack.line.order.number,
            "agreement": agreement.number,
            "count": pack.capacity,
            "support_name": support.name,
            "support_email": support.email,
            **_provider(pack),
        },
    )
    language = contact.language or Language.ENGLISH
    return post(work, mail, Recipient(contact.name, contact.email, language))


def tell_again(work: Work, pack: Pack) -> OutboxMessage:
    """Send "your site pack is open" again, to whoever is the contact now (O5).

    Raises Conflict when the agreement names no contact for it.
    """
    work.actor.require(Permission.RESEND_MESSAGES)
    message = tell_opened(work, pack, work.now.isoformat())
    if message is None:
        raise Conflict(
            "O5",
            _("The agreement names no contact to whom this message can be sent."),
            way_out=_("Enter the agreement's notices and online contact first."),
            ask=Topic.ACCOUNT,
        )
    record = ("pack", pack.id, pack.organisation_id)
    journal(work, "pack.told_again", record, after={"to_address": message.to_address})
    return message


def tell_coordinators(work: Work, quota: PackQuota, count: int) -> None:
    """Tell each coordinator of the school of what it was given (F11.2); one mail an occasion."""
    if quota.school_id is None:
        return
    for user in _coordinators(quota.organisation_id, quota.school_id):
        mail = Mail(
            "quota_given",
            quota.id,
            f"quota_given:{quota.id}:{work.now.isoformat()}:{user.id}",
            quota.organisation_id,
            quota.agreement_id,
            facts={
                **_facts(work, quota.pack),
                "school": quota.school.name if quota.school else "",
                "term": quota.term.title if quota.term else "",
                "count": count,
                "free": quota.free_count,
            },
        )
        post(work, mail, Recipient(user.name, user.email, user.language))


def tell_user(
    work: Work, template: str, subject: tuple[UUID, Pack], user: User, facts: dict[str, object]
) -> None:
    """Tell one user of something about a pack; `subject` is the record and its pack."""
    record_id, pack = subject
    mail = Mail(
        template,
        record_id,
        f"{template}:{record_id}:{user.id}",
        pack.organisation_id,
        pack.agreement_id,
        facts={**_facts(work, pack), **facts},
    )
    post(work, mail, Recipient(user.name, user.email, user.language))


def _coordinators(organisation_id: UUID, school_id: UUID) -> list[User]:
    """Who has the role for this very school, and can sign in."""
    statement = (
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.organisation_id == organisation_id,
            RoleGrant.school_id == school_id,
            RoleGrant.role == Role.SCHOOL_COORDINATOR,
            RoleGrant.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    with reading(_ASKING) as session:
        found = list(session.scalars(statement.order_by(User.id)).unique())
        session.expunge_all()
        return found


def _facts(work: Work, pack: Pack) -> dict[str, object]:
    organisation = work.session.get_one(Organisation, pack.organisation_id)
    return {
        "organisation": organisation.name,
        "path": f"/o/{organisation.slug}/packs/{pack.id}",
        "pack": pack.number,
        "product_en": pack.product.name_en,
        "product_zh": pack.product.name_zh,
        "last_day": pack.last_day.isoformat(),
        "zone": pack.time_zone,
    }


def _provider(pack: Pack) -> dict[str, str]:
    """How to reach the exam provider of the pack's families."""
    provider: ExamProvider | None = next(
        (family.provider for family in pack.product.families if family.provider), None
    )
    if provider is None:
        return {"provider": "", "provider_address_en": "", "provider_address_zh": ""}
    return {
        "provider": provider.name_en,
        "provider_address_en": provider.address_en,
        "provider_address_zh": provider.address_zh,
    }
