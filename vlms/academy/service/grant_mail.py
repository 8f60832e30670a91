"""Mail about a grant (A3, O5): to the agreement's notices contact; a link, never a code."""

from __future__ import annotations

from vlms.academy.models.packs import Pack
from vlms.accounts.contact_links import link_for_contact
from vlms.agreements.contacts import find_contact
from vlms.agreements.models import ContactKind
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post
from vlms.orders.models import Order


def tell_contact(work: Work, cause: Order, pack: Pack) -> None:
    """Write "a grant is here" once; an agreement without that contact is told nothing."""
    contact = find_contact(cause.agreement, ContactKind.NOTICES_ONLINE)
    if contact is None or contact.language is None:
        return
    link = link_for_contact(work, pack.organisation_id, contact.email, pack.line.order_id)
    mail = Mail(
        "grant_arrived",
        pack.id,
        f"grant_arrived:{pack.id}",
        pack.organisation_id,
        pack.agreement_id,
        link.id if link else None,
        _facts(cause, pack),
    )
    post(work, mail, Recipient(contact.name, contact.email, contact.language))


def _facts(cause: Order, pack: Pack) -> dict[str, object]:
    organisation = cause.organisation
    return {
        "organisation": organisation.name,
        "slug": organisation.slug,
        "path": f"/o/{organisation.slug}/imagine-academy/grants/{pack.id}",
        "pack": pack.number,
        "cause": cause.number,
        "agreement": cause.agreement.number,
        "count": pack.capacity,
        "last_day": pack.last_day.isoformat(),
        "zone": pack.time_zone,
    }
