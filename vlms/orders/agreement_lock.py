"""What orders were reckoned with stays as it is in their agreement (O1, O3, P1, P3)."""

from __future__ import annotations

from sqlalchemy import select

from vlms.agreements.events import TermsChanged
from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.errors import OrderRefused
from vlms.orders.models import Order


def keep_terms_of_orders(work: Work, changed: TermsChanged) -> None:
    """Raises OrderRefused when the agreement whose terms have changed has orders."""
    statement = select(Order.id).where(Order.agreement_id == changed.agreement_id).limit(1)
    if work.session.scalar(statement) is None:
        return
    raise OrderRefused(
        "O1",
        _("There are orders under this agreement, so this stays as it is."),
        reason="agreement_has_orders",
        field=changed.fields[0].removesuffix("_id"),
        way_out=_("Enter the agreement that follows this one instead."),
        ask=Topic.PRICING,
    )
