"""Mail about orders (O5): acknowledgements to the contacts; a link, never a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vlms.accounts.contact_links import link_for_contact
from vlms.accounts.models import User
from vlms.agreements.models import AgreementContact, ContactKind
from vlms.catalog.models import ProductKind
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post
from vlms.orders.models import Order

_TO_ADMINISTRATOR = frozenset({ProductKind.EXAM_VOUCHER, ProductKind.E_REFERENCE})


def tell_contacts(work: Work, order: Order, template: str) -> None:
    """Write one mail to each contact of the order's products; one occasion, one mail.

    A contact who cannot sign in is given a one-time link to the order.
    """
    for contact in contacts_of(order):
        link = link_for_contact(work, order.organisation_id, contact.email, order.id)
        mail = Mail(
            template,
            order.id,
            f"{template}:{order.id}:{contact.kind.value}",
            order.organisation_id,
            order.agreement_id,
            link.id if link else None,
            order_facts(order),
        )
        post(work, mail, Recipient(contact.name, contact.email, contact.language))


def tell_user(
    work: Work,
    order: Order,
    user: User,
    occasion: tuple[str, object],
    facts: Mapping[str, object],
) -> None:
    """Write one mail to a user; the occasion is its template and what it is told once for."""
    template, once = occasion
    mail = Mail(
        template,
        order.id,
        f"{template}:{order.id}:{once}:{user.id}",
        order.organisation_id,
        order.agreement_id,
        facts={**order_facts(order), **facts},
    )
    post(work, mail, Recipient(user.name, user.email, user.language))


def contacts_of(order: Order) -> Sequence[AgreementContact]:
    """Vouchers and libraries go to the online service administrator, packs to notices.

    Where one of the two is not named, the other stands in.
    """
    known = {contact.kind: contact for contact in order.agreement.contacts}
    notices = known.get(ContactKind.NOTICES_ONLINE)
    administrator = known.get(ContactKind.ONLINE_ADMINISTRATOR, notices)
    found = {
        contact.email: contact
        for line in order.lines
        if (contact := administrator if line.product.kind in _TO_ADMINISTRATOR else notices)
    }
    return list(found.values())


def order_facts(order: Order) -> dict[str, object]:
    """What a mail about an order says of it."""
    organisation = order.organisation
    return {
        "organisation": organisation.name,
        "slug": organisation.slug,
        "path": f"/o/{organisation.slug}/orders/{order.id}",
        "order": order.number,
        "agreement": order.agreement.number,
        "purchase_order": order.purchase_order or "",
        "total_minor": order.total_minor,
        "currency": order.currency,
        "lines": [
            {
                "product_en": line.product.name_en,
                "product_zh": line.product.name_zh,
                "quantity": line.quantity,
            }
            for line in order.lines
        ],
    }
