"""Mail to both resellers when an agreement goes from one to the other."""

from __future__ import annotations

from uuid import UUID

from vlms.accounts.models import Organisation
from vlms.accounts.queries import list_users_who_may
from vlms.agreements.events import ResellerChanged
from vlms.agreements.models import Agreement
from vlms.agreements.queries import get_agreement
from vlms.core.db import reading
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

_ASKING = System("who takes on an agreement")


def tell_resellers(work: Work, changed: ResellerChanged) -> None:
    """Tell everybody who records steps there; a part without a reseller has nobody to tell."""
    agreement = get_agreement(work.session, changed.agreement_id)
    for place_id in (changed.former_id, changed.reseller_id):
        if place_id is not None:
            _tell(work, agreement, place_id, changed)


def _tell(work: Work, agreement: Agreement, place_id: UUID, changed: ResellerChanged) -> None:
    place = work.session.get(Organisation, place_id)
    assert place is not None
    with reading(_ASKING) as session:
        users = list_users_who_may(session, place_id, Permission.RECORD_ORDER_STEPS, agreement.id)
    facts = {
        "agreement": agreement.number,
        "organisation": agreement.organisation.name,
        "is_new": place_id == changed.reseller_id,
        "hands_over": changed.hands_over,
        "path": f"/o/{place.slug}/agreements/{agreement.id}",
    }
    for user in users:
        mail = Mail(
            "reseller_changed",
            agreement.id,
            f"reseller_changed:{agreement.id}:{work.today(agreement.time_zone)}:{user.id.hex}",
            agreement.organisation_id,
            agreement.id,
            facts=facts,
        )
        post(work, mail, Recipient(user.name, user.email, user.language))
