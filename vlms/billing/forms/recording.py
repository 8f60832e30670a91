"""The form of a work list: a tick, a moment and a reference for each order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request

from vlms.billing.service.recording import Recorded
from vlms.core.errors import BadInput
from vlms.core.reading import optional, read_moment, read_text
from vlms.core.text import _
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderStep
from vlms.web.forms import Form

_LABEL, _REFERENCE = _("Day and time"), _("Reference")
_reference = optional(read_text(80))


class RecordingForm(Form):
    """Which orders were ticked, and what was typed beside them."""

    @property
    def ticked(self) -> list[UUID]:
        """The ticked orders' keys; what is none is left out."""
        return [key for typed in request.form.getlist("row") if (key := _key(typed))]

    def is_ticked(self, order: Order) -> bool:
        return order.id in self.ticked

    def moment(self, order: Order, now: datetime) -> str:
        """What stands in the order's field: what was typed, else now in the agreement's zone."""
        local = now.astimezone(ZoneInfo(order.agreement.time_zone))
        return request.form.get(f"at-{order.id}", f"{local:%Y-%m-%dT%H:%M}")

    def reference(self, order: Order) -> str:
        return request.form.get(f"reference-{order.id}", "")

    def rows(self, orders: Sequence[Order]) -> list[Recorded]:
        """What is to be recorded of these. Raises BadInput, which names the order."""
        return [_read(order) for order in orders]


def _read(order: Order) -> Recorded:
    step = request.form.get(f"step-{order.id}", "")
    zone = order.agreement.time_zone
    try:
        moment = read_moment(zone)(request.form.get(f"at-{order.id}", ""), _LABEL)
        reference = _reference(request.form.get(f"reference-{order.id}", ""), _REFERENCE)
    except BadInput as refusal:
        raise BadInput(
            refusal.rule,
            _("%(order)s: %(why)s", order=order.number, why=refusal.sentence),
            way_out=refusal.way_out,
        ) from refusal
    return Recorded(order.id, OrderStep(step), moment, reference)


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
