"""Mail about a higher total (P5): to those who may agree to it, and back to who asked."""

from __future__ import annotations

from vlms.accounts.models import Organisation, User
from vlms.core.work import Work
from vlms.orders.events import ConsentAnswered, ConsentAsked
from vlms.orders.models import ConsentState, PriceConsent
from vlms.orders.queries import get_consent
from vlms.orders.service.approval_mail import list_approvers
from vlms.orders.service.mail import tell_user


def tell_customer(work: Work, event: ConsentAsked) -> None:
    """Ask every admin of the customer who may agree."""
    consent = get_consent(work.session, event.consent_id)
    order = consent.order
    facts = {**_totals(consent), "path": f"/o/{order.organisation.slug}/orders/{order.id}/consent"}
    for user in list_approvers(order):
        tell_user(work, order, user, ("price_consent_asked", order.version), facts)


def tell_seller(work: Work, event: ConsentAnswered) -> None:
    """Tell who recorded the invoice how the customer answered."""
    consent = get_consent(work.session, event.consent_id)
    asker = work.session.get(User, consent.asked_by) if consent.asked_by else None
    place = work.session.get(Organisation, consent.asked_in_id) if consent.asked_in_id else None
    if asker is None or place is None or asker.disabled_at is not None:
        return
    order = consent.order
    facts = {
        **_totals(consent),
        "path": f"/o/{place.slug}/orders/{order.id}",
        "is_given": consent.state is ConsentState.GIVEN,
        "answerer": work.actor.name,
        "reason": consent.note or "",
    }
    tell_user(work, order, asker, ("price_consent_answered", order.version), facts)


def _totals(consent: PriceConsent) -> dict[str, object]:
    return {"old_minor": consent.old_total_minor, "new_minor": consent.new_total_minor}
