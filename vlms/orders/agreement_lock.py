"""What orders answer to their agreement: its days, its terms, its end (O1, O3, P1, P3)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.agreements.events import DeletionAsked, OrderAsked, TermsChanged
from vlms.agreements.queries import get_agreement
from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.errors import OrderRefused
from vlms.orders.models import Order
from vlms.orders.rules.orderable import refuse_outside_window


def keep_terms_of_orders(work: Work, changed: TermsChanged) -> None:
    """Raises OrderRefused when the agreement whose terms have changed has orders."""
    if not _has_orders(work, changed.agreement_id):
        return
    raise OrderRefused(
        "O1",
        _("There are orders under this agreement, so this stays as it is."),
        reason="agreement_has_orders",
        field=changed.fields[0].removesuffix("_id"),
        way_out=_("Enter the agreement that follows this one instead."),
        ask=Topic.PRICING,
    )


def keep_agreement_of_orders(work: Work, asked: DeletionAsked) -> None:
    """Raises OrderRefused when there are orders under the agreement, cancelled ones too."""
    if not _has_orders(work, asked.agreement_id):
        return
    raise OrderRefused(
        "O1",
        _("There are orders under this agreement, so it cannot be deleted."),
        reason="agreement_has_orders",
        way_out=_("Leave it: it ends by itself after its last day."),
        ask=Topic.PRICING,
    )


def check_order_day(work: Work, asked: OrderAsked) -> None:
    """O1: raises OrderRefused on a day on which the agreement takes no orders."""
    agreement = get_agreement(work.session, asked.agreement_id)
    refuse_outside_window(
        work.today(agreement.time_zone),
        agreement.first_day,
        agreement.last_day,
        work.terms.order_early_days,
    )


def _has_orders(work: Work, agreement_id: UUID) -> bool:
    statement = select(Order.id).where(Order.agreement_id == agreement_id).limit(1)
    return work.session.scalar(statement) is not None
