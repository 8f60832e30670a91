"""Deletes an agreement that was entered by mistake: nothing was ordered under it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vlms.agreements.events import DeletionAsked
from vlms.agreements.models import Agreement, AgreementSchool
from vlms.agreements.queries import get_agreement
from vlms.agreements.service.conditions import require_editor, require_no_roles, require_whole
from vlms.core.acts import Condition, condition, require
from vlms.core.errors import Conflict
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Actor, Work, check_event


def deletion_conditions(
    session: Session, actor: Actor, now: datetime, agreement: Agreement
) -> Iterator[Condition]:
    """What deleting asks of who does it and of the agreement."""
    yield condition(_("Your role changes agreements."), None, lambda: require_editor(actor))
    yield condition(
        _("Your role covers the whole organisation."), None, lambda: require_whole(session)
    )
    yield condition(
        _("Nothing has been ordered under the agreement."),
        "O1",
        lambda: check_event(session, actor, now, DeletionAsked(agreement.id)),
    )
    yield condition(
        _("Nobody has a role for this agreement only."),
        None,
        lambda: require_no_roles(session, agreement),
    )


def _lock(work: Work, agreement: Agreement) -> None:
    """Of several who delete it at this moment one does. Raises Conflict."""
    as_read = Agreement.id == agreement.id
    if guarded_update(work.session, Agreement, as_read, number=Agreement.number) != 1:
        raise Conflict(
            None,
            _("Somebody else has just deleted this agreement."),
            reason="agreement_gone",
            way_out=_("Look at the list of agreements."),
        )


def delete_agreement(work: Work, agreement_id: UUID) -> None:
    """Delete it with its contacts and its choice of schools; the journal keeps what they were.

    Raises NotFound, Forbidden, OrderRefused (O1) when there are orders, AgreementRefused
    while somebody has a role for it, Conflict when something was entered at this moment.
    """
    agreement = get_agreement(work.session, agreement_id)
    require(deletion_conditions(work.session, work.actor, work.now, agreement))
    _lock(work, agreement)
    work.does("agreement.deleted")
    chosen = select(AgreementSchool).where(AgreementSchool.agreement_id == agreement.id)
    for row in (
        *agreement.contacts,
        *agreement.reseller_changes,
        *work.session.scalars(chosen),
    ):
        work.session.delete(row)
    work.flush()
    work.session.expire(agreement, ["contacts", "reseller_changes"])
    work.session.delete(agreement)
    try:
        work.flush()
    except IntegrityError as error:
        raise Conflict(
            "O1",
            _("Something was entered under this agreement at the same moment."),
            way_out=_("Look at the agreement again."),
        ) from error
