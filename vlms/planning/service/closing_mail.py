"""Tells the contacts of an agreement that its closing certificate is there."""

from __future__ import annotations

from vlms.agreements.models import ContactKind
from vlms.agreements.queries import get_agreement
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post_many
from vlms.planning.models.closings import Closing

_TOLD = (ContactKind.NOTICES_ONLINE, ContactKind.ONLINE_ADMINISTRATOR)


def tell_contacts(work: Work, closing: Closing) -> None:
    """Each address once, whatever it is a contact for."""
    agreement = get_agreement(work.session, closing.agreement_id)
    organisation = agreement.organisation
    facts = {
        "organisation": organisation.name,
        "agreement": agreement.number,
        "number": closing.number,
        "is_supplement": closing.sequence > 1,
        "last_day": agreement.last_day.isoformat(),
        "path": f"/o/{organisation.slug}/closings/{closing.id}",
    }
    to = {one.email.casefold(): one for one in agreement.contacts if one.kind in _TOLD}
    post_many(
        work,
        [
            (
                Mail(
                    "closing_ready",
                    closing.id,
                    f"closing_ready:{closing.id}:{address}",
                    organisation.id,
                    agreement.id,
                    facts=facts,
                ),
                Recipient(one.name, one.email, one.language),
            )
            for address, one in sorted(to.items())
        ],
    )
