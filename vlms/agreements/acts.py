"""What of an agreement can be changed now, and why not what cannot (O1, O3, P1, P3, P4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from vlms.agreements.events import TermsChanged
from vlms.agreements.models import Agreement
from vlms.agreements.rules.terms import FIXED_BY_ORDERS
from vlms.core.acts import Condition, condition
from vlms.core.text import _
from vlms.core.work import Actor, check_event

# The form's names of the terms that orders fix.
FIXED_FIELDS = tuple(name.removesuffix("_id") for name in FIXED_BY_ORDERS)


def fixed_terms(session: Session, actor: Actor, now: datetime, agreement: Agreement) -> Condition:
    """What changing the terms that orders were reckoned with asks of the agreement."""
    return condition(
        _("Nothing has been ordered under the agreement."),
        "O1",
        lambda: check_event(session, actor, now, TermsChanged(agreement.id, FIXED_BY_ORDERS)),
    )
