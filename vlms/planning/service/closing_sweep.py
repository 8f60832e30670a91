"""The end of agreements: writes what there is to certify, and tells the contacts once."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from vlms.agreements.queries import get_agreement
from vlms.core.attempts import OpenWork, in_work
from vlms.core.errors import Conflict
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.planning.models.closings import Closing
from vlms.planning.queries.closings import ended_within, has_ended, list_to_close
from vlms.planning.service.closing_mail import tell_contacts
from vlms.planning.service.closings import write_closing


def sweep_closings(open_work: OpenWork) -> int:
    """Each ended agreement in a transaction of its own; how many certificates it wrote."""
    with open_work() as work:
        due = list_to_close(work.session, work.now, work.terms.outcome_days)
    written = (in_work(open_work, partial(close_agreement, agreement_id=key)) for key in due)
    return sum(closing is not None for closing in written)


def close_now(work: Work, agreement_id: UUID) -> Closing | None:
    """The same without waiting for the sweep. Raises Conflict while the agreement runs."""
    work.actor.require(Permission.SIGN_CLOSINGS)
    agreement = get_agreement(work.session, agreement_id)
    if not has_ended(agreement, work.now):
        raise Conflict(
            "C5",
            _("%(number)s has not ended yet.", number=agreement.number),
            reason="not_ended",
            way_out=_("Until then see what became of it so far."),
        )
    return close_agreement(work, agreement_id)


def close_agreement(work: Work, agreement_id: UUID) -> Closing | None:
    """Write what there is to certify, or bring it up to date; None: nothing is new.

    Nobody is told of what is withheld, or of an agreement that ended before the days in which
    late records come (C3).
    """
    agreement = get_agreement(work.session, agreement_id)
    written = write_closing(work, agreement)
    is_recent = ended_within(agreement, work.now, 2 * work.terms.outcome_days)
    if written is not None and not written.faults and is_recent:
        tell_contacts(work, written)
    return written
