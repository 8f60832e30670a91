"""What acts on agreements ask of who acts and of the agreement; each raises its refusal."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import RoleGrant
from vlms.agreements.errors import AgreementRefused
from vlms.agreements.models import Agreement
from vlms.core import scope
from vlms.core.errors import Forbidden, Topic
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Actor


def require_editor(actor: Actor) -> None:
    """Raises Forbidden for whom agreements are there to be read."""
    if not actor.may(Permission.EDIT_AGREEMENTS):
        raise Forbidden(
            None,
            _("Your role reads agreements and changes none."),
            reason=Permission.EDIT_AGREEMENTS.value,
            way_out=_("A licensing admin of the organisation or the operator does it."),
            ask=Topic.ACCOUNT,
        )


def require_orderer(actor: Actor) -> None:
    """O4: licensing admins order. Raises Forbidden for others."""
    if not actor.may(Permission.PLACE_ORDERS):
        raise Forbidden(
            "O4",
            _("Your role places no orders."),
            reason=Permission.PLACE_ORDERS.value,
            way_out=_("A licensing admin of the organisation does it."),
            ask=Topic.ACCOUNT,
        )


def require_whole(session: Session) -> None:
    """Raises Forbidden: whose role is for single agreements neither enters nor deletes any."""
    seen = session.info.get("scope")
    if isinstance(seen, scope.Organisation) and seen.agreement_ids is not None:
        raise Forbidden(
            None,
            _("Your role is for single agreements, so you cannot enter or delete any."),
            reason="limited_role",
            way_out=_("Ask an administrator of the whole organisation."),
            ask=Topic.ACCOUNT,
        )


def require_no_roles(session: Session, agreement: Agreement) -> None:
    """Raises AgreementRefused while somebody has a role for this agreement only."""
    held = select(RoleGrant.id).where(
        RoleGrant.agreement_id == agreement.id, RoleGrant.ended_at.is_(None)
    )
    if session.scalar(held.limit(1)) is not None:
        raise AgreementRefused(
            None,
            _("Somebody has a role for this agreement."),
            reason="agreement_has_roles",
            way_out=_("End the roles for it first."),
            ask=Topic.ACCOUNT,
        )
