"""The life of an order (O4): its states, its steps, and who takes which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from vlms.core.errors import Topic
from vlms.core.permissions import Role
from vlms.core.text import Text, _
from vlms.orders.errors import OrderRefused


class OrderState(StrEnum):
    DRAFT = auto()
    AWAITING_APPROVAL = auto()
    PLACED = auto()
    PROCESSED = auto()
    ACKNOWLEDGED = auto()
    INVOICED = auto()
    FULFILLED = auto()
    CLOSED = auto()
    CANCELLED = auto()


class OrderStep(StrEnum):
    """`deliver` is one line's delivery, `fulfil` the last of them, `open_pack` a site pack's.

    `cancel_on_request` is the reseller's, after *processed*; `invoice` records the
    publisher's invoice to the reseller.
    """

    ASK_APPROVAL = auto()
    APPROVE = auto()
    DECLINE = auto()
    PLACE = auto()
    CANCEL = auto()
    CANCEL_ON_REQUEST = auto()
    PROCESS = auto()
    ACKNOWLEDGE = auto()
    INVOICE = auto()
    OPEN_PACK = auto()
    DELIVER = auto()
    FULFIL = auto()
    CLOSE = auto()


_S, _T = OrderState, OrderStep

NEXT: dict[tuple[OrderState, OrderStep], OrderState] = {
    (_S.DRAFT, _T.ASK_APPROVAL): _S.AWAITING_APPROVAL,
    (_S.DRAFT, _T.PLACE): _S.PLACED,
    (_S.DRAFT, _T.CANCEL): _S.CANCELLED,
    (_S.AWAITING_APPROVAL, _T.APPROVE): _S.PLACED,
    (_S.AWAITING_APPROVAL, _T.DECLINE): _S.DRAFT,
    (_S.AWAITING_APPROVAL, _T.CANCEL): _S.CANCELLED,
    (_S.PLACED, _T.PROCESS): _S.PROCESSED,
    (_S.PLACED, _T.CANCEL): _S.CANCELLED,
    (_S.PROCESSED, _T.ACKNOWLEDGE): _S.ACKNOWLEDGED,
    (_S.PROCESSED, _T.OPEN_PACK): _S.PROCESSED,
    (_S.PROCESSED, _T.CANCEL_ON_REQUEST): _S.CANCELLED,
    (_S.ACKNOWLEDGED, _T.INVOICE): _S.INVOICED,
    (_S.ACKNOWLEDGED, _T.OPEN_PACK): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _T.CANCEL_ON_REQUEST): _S.CANCELLED,
    (_S.INVOICED, _T.OPEN_PACK): _S.INVOICED,
    (_S.INVOICED, _T.DELIVER): _S.INVOICED,
    (_S.INVOICED, _T.FULFIL): _S.FULFILLED,
    (_S.INVOICED, _T.CANCEL_ON_REQUEST): _S.CANCELLED,
    # The rest of a line that was delivered short.
    (_S.FULFILLED, _T.DELIVER): _S.FULFILLED,
    (_S.FULFILLED, _T.CLOSE): _S.CLOSED,
}

_BUYER = frozenset({Role.LICENSING_ADMIN})
_SELLER = frozenset({Role.RESELLER})
_OPERATOR = frozenset({Role.OPERATOR})
_NOBODY: frozenset[Role] = frozenset()

# An empty set: the step happens by itself.
TAKEN_BY: dict[OrderStep, frozenset[Role]] = {
    _T.ASK_APPROVAL: _BUYER,
    _T.APPROVE: _BUYER,
    _T.DECLINE: _BUYER,
    _T.PLACE: _BUYER,
    _T.CANCEL: _BUYER,
    _T.CANCEL_ON_REQUEST: _SELLER,
    _T.PROCESS: _SELLER,
    _T.ACKNOWLEDGE: _SELLER,
    _T.INVOICE: _SELLER,
    _T.OPEN_PACK: _OPERATOR,
    _T.DELIVER: _OPERATOR,
    _T.FULFIL: _OPERATOR,
    _T.CLOSE: _NOBODY,
}


@dataclass(frozen=True, slots=True)
class LineDelivery:
    """How much of a line was ordered and has been delivered, in codes or packs."""

    ordered_count: int
    delivered_count: int

    @property
    def is_open(self) -> bool:
        """Something of it is still to come: an exception while the order is fulfilled."""
        return self.delivered_count < self.ordered_count


def roles_for(step: OrderStep, *, has_reseller: bool) -> frozenset[Role]:
    """Who takes the step; the operator records the reseller's where there is no reseller."""
    roles = TAKEN_BY[step]
    return _OPERATOR if roles == _SELLER and not has_reseller else roles


def may_take(step: OrderStep, roles: Iterable[Role], *, has_reseller: bool) -> bool:
    """Whether one of the actor's roles takes the step."""
    return not roles_for(step, has_reseller=has_reseller).isdisjoint(roles)


def steps_from(state: OrderState) -> tuple[OrderStep, ...]:
    """The steps that are possible in a state, in the order of an order's life."""
    return tuple(step for step in OrderStep if (state, step) in NEXT)


def next_state(
    state: OrderState, step: OrderStep, *, lines: Sequence[LineDelivery] = ()
) -> OrderState:
    """The state after the step; `lines` tell what has been delivered so far.

    Raises OrderRefused (O4) with the way out when the step isn't possible.
    """
    following = check_state(state, step)
    if step is OrderStep.CANCEL_ON_REQUEST:
        check_undelivered(lines)
    if step is OrderStep.CLOSE and any(line.is_open for line in lines):
        raise _something_open(lines)
    return following


def check_state(state: OrderState, step: OrderStep) -> OrderState:
    """The state after the step, whatever was delivered. Raises OrderRefused (O4)."""
    check_not_ended(state)
    following = NEXT.get((state, step))
    if following is None:
        raise _not_from(state, step)
    return following


def check_not_ended(state: OrderState) -> None:
    """Raises OrderRefused (O4) for an order of which nothing changes any more."""
    if state in _ENDED:
        raise OrderRefused(
            "O4",
            _ENDED[state],
            reason="order_ended",
            way_out=_("Place another order for what you need."),
            ask=Topic.PRICING,
            facts={"state": state.value},
        )


def check_undelivered(lines: Sequence[LineDelivery]) -> None:
    """Raises OrderRefused (O4): what was delivered stays bought."""
    if any(line.delivered_count for line in lines):
        raise _delivered_stays()


def delivery_step(lines: Sequence[LineDelivery]) -> OrderStep:
    """The step that a delivery is, `lines` counted with it.

    The order is fulfilled once every line has been delivered, be it short; what is
    missing stays open and is delivered later.
    """
    is_last = all(line.delivered_count > 0 for line in lines)
    return OrderStep.FULFIL if is_last else OrderStep.DELIVER


def closes_by_itself(state: OrderState, lines: Sequence[LineDelivery]) -> bool:
    """Whether a fulfilled order has nothing open left."""
    return state is OrderState.FULFILLED and not any(line.is_open for line in lines)


def needs_approval(total_minor: int, limit_minor: int | None) -> bool:
    """Whether an order is above the organisation's limit (none: no approval), same currency."""
    return limit_minor is not None and total_minor > limit_minor


def is_other_person(approved_by: object, asked_by: object) -> bool:
    """An order is approved by another admin than the one who asked."""
    return approved_by != asked_by


def _not_from(state: OrderState, step: OrderStep) -> OrderRefused:
    return OrderRefused(
        "O4",
        _REFUSED_STEP[step],
        reason="step_not_possible",
        way_out=_way_out(state, step),
        ask=Topic.PRICING,
        facts={"state": state.value, "step": step.value},
    )


def _way_out(state: OrderState, step: OrderStep) -> Text:
    is_with_reseller = state in {_S.PROCESSED, _S.ACKNOWLEDGED, _S.INVOICED}
    if step is OrderStep.CANCEL and is_with_reseller:
        return _("Ask the reseller to cancel it, as long as nothing is delivered.")
    return _AFTER[state]


def _delivered_stays() -> OrderRefused:
    return OrderRefused(
        "O4",
        _("Something of this order has been delivered, so it can no longer be cancelled."),
        reason="already_delivered",
        way_out=_("Nothing is refunded; use the codes until their last day."),
        ask=Topic.CODES,
    )


def _something_open(lines: Sequence[LineDelivery]) -> OrderRefused:
    return OrderRefused(
        "O4",
        _("A line of this order is not delivered in full, so it stays open."),
        reason="delivery_open",
        way_out=_("It closes by itself once the rest is delivered."),
        ask=Topic.CODES,
        facts={"open_lines": sum(line.is_open for line in lines)},
    )


_REFUSED_STEP: dict[OrderStep, Text] = {
    _T.ASK_APPROVAL: _("Approval is asked for a draft only."),
    _T.APPROVE: _("This order is not waiting for approval."),
    _T.DECLINE: _("This order is not waiting for approval."),
    _T.PLACE: _("Only a draft can be placed."),
    _T.CANCEL: _("This order can no longer be cancelled by its licensing admin."),
    _T.CANCEL_ON_REQUEST: _("The reseller cannot cancel this order."),
    _T.PROCESS: _("Only a placed order can be recorded as processed."),
    _T.ACKNOWLEDGE: _("Only a processed order can be recorded as acknowledged."),
    _T.INVOICE: _("Only an acknowledged order can be recorded as invoiced."),
    _T.OPEN_PACK: _("A site pack opens once the order is processed, and only once."),
    _T.DELIVER: _("Codes are delivered once the publisher's invoice is recorded."),
    _T.FULFIL: _("An order is fulfilled once the publisher's invoice is recorded."),
    _T.CLOSE: _("Only a fulfilled order closes."),
}
_AFTER: dict[OrderState, Text] = {
    _S.DRAFT: _("The order is a draft: place it first."),
    _S.AWAITING_APPROVAL: _("The order waits for the approval of another licensing admin."),
    _S.PLACED: _("The order is placed: the reseller records next that it is processed."),
    _S.PROCESSED: _("The order is processed: the acknowledgement is recorded next."),
    _S.ACKNOWLEDGED: _("The order is acknowledged: the publisher's invoice is recorded next."),
    _S.INVOICED: _("The order is invoiced: its codes are delivered next."),
    _S.FULFILLED: _("The order is fulfilled: it closes by itself once nothing is open."),
}
_ENDED: dict[OrderState, Text] = {
    _S.CLOSED: _("The order is closed; nothing of it changes any more."),
    _S.CANCELLED: _("The order is cancelled; nothing of it changes any more."),
}
