"""Records what the publisher did with several orders, all of them or none (O4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vlms.core.errors import BadInput, DomainError
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.errors import OrderRefused
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service.steps import RECORDED, record_step


@dataclass(frozen=True)
class Recorded:
    """What the publisher did with one order: when, and under which reference."""

    order_id: UUID
    step: OrderStep
    happened_at: datetime
    reference: str | None


@dataclass(frozen=True)
class Outcome:
    """How many steps were recorded, and for how many orders the customer is asked first (P5)."""

    recorded: int
    asked: int


def record_all(work: Work, rows: Sequence[Recorded]) -> Outcome:
    """Record each; a refusal names its order, and then nothing of all is recorded.

    Raises BadInput where nothing is to be recorded, and what `record_step` raises.
    """
    if not rows:
        raise BadInput(
            "O4",
            _("No order is ticked."),
            reason="nothing_ticked",
            way_out=_("Tick those with which the publisher did something."),
        )
    states = [_record(work, row) for row in rows]
    asked = sum(
        row.step is OrderStep.INVOICE and state is OrderState.ACKNOWLEDGED
        for row, state in zip(rows, states, strict=True)
    )
    return Outcome(len(rows) - asked, asked)


def _record(work: Work, row: Recorded) -> OrderState:
    order = get_order(work.session, row.order_id)
    try:
        if row.step not in RECORDED:
            raise OrderRefused("O4", _("This step is not recorded by a person."))
        return record_step(work, order.id, row.step, row.happened_at, row.reference).state
    except DomainError as refusal:
        refusal.sentence = _("%(order)s: %(why)s", order=order.number, why=refusal.sentence)
        refusal.field = None
        raise
