"""What needs the visitor today: how many of what, and the list that shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.insights.agreement_figures import AgreementFigures
from vlms.insights.code_figures import CodeFigures
from vlms.insights.looking import Look
from vlms.insights.operations import Operations
from vlms.insights.order_figures import OrderFigures
from vlms.notices.models import MessageState, OutboxMessage
from vlms.orders.rules.order_clock import OrderState

_P = Permission


@dataclass(frozen=True)
class Task:
    """Something that waits: the sentence says what to do, the address where.

    `level` is red for what is late or lost soon, orange for what waits, blue for what can wait.
    """

    key: str
    count: int
    sentence: Text
    endpoint: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    level: str = "orange"
    picture: str = "hourglass"


@dataclass(frozen=True)
class Figures:
    """All that was counted; None for what the visitor may not see."""

    agreements: AgreementFigures | None = None
    orders: OrderFigures | None = None
    codes: CodeFigures | None = None
    operations: Operations | None = None
    requests: int = 0


def list_tasks(look: Look, figures: Figures) -> Sequence[Task]:
    """The tasks of which there is something, the worst first."""
    found = [
        *(_of_orders(look, figures.orders) if figures.orders else ()),
        *(_of_codes(look, figures.codes) if figures.codes else ()),
        *(_of_agreements(figures.agreements) if figures.agreements else ()),
        *_of_messages(look),
        *(_of_operations(figures.operations) if figures.operations else ()),
    ]
    order = ("red", "orange", "blue")
    return sorted((t for t in found if t.count), key=lambda task: order.index(task.level))


def _of_orders(look: Look, orders: OrderFigures) -> Iterator[Task]:
    late = len(orders.late)
    yield Task(
        "late",
        late,
        ngettext("%(number)s order is late.", "%(number)s orders are late.", late),
        "orders.index",
        {"late": 1},
        "red",
        "alert-triangle",
    )
    for permission, state, tell, picture, level in _BY_STATE:
        # The operator records a reseller's steps only where there is no reseller (O4).
        is_own = permission is not _P.RECORD_ORDER_STEPS or look.kind == "reseller"
        if look.may(permission) and is_own:
            count = orders.by_state.get(state, 0)
            yield _order_task(state, count, tell(count), picture, level)


def _order_task(
    state: OrderState, count: int, text: Text, picture: str, level: str = "orange"
) -> Task:
    return Task(state.value, count, text, "orders.index", {"state": state.value}, level, picture)


_S = OrderState
# permission, state, sentence of a count, picture, level
_BY_STATE: tuple[tuple[Permission, OrderState, Callable[[int], Text], str, str], ...] = (
    (
        _P.APPROVE_ORDERS,
        _S.AWAITING_APPROVAL,
        lambda count: ngettext(
            "%(number)s order waits for approval by another admin than the one who asked.",
            "%(number)s orders wait for approval by another admin than the one who asked.",
            count,
        ),
        "hourglass",
        "orange",
    ),
    (
        _P.PLACE_ORDERS,
        _S.DRAFT,
        lambda count: ngettext(
            "%(number)s order is a draft: place or cancel it.",
            "%(number)s orders are drafts: place or cancel them.",
            count,
        ),
        "pencil",
        "blue",
    ),
    (
        _P.RECORD_ORDER_STEPS,
        _S.PLACED,
        lambda count: ngettext(
            "%(number)s order is placed: record that it is processed.",
            "%(number)s orders are placed: record that they are processed.",
            count,
        ),
        "shopping-cart",
        "orange",
    ),
    (
        _P.RECORD_ORDER_STEPS,
        _S.PROCESSED,
        lambda count: ngettext(
            "%(number)s order is processed: record its acknowledgement within 48 hours.",
            "%(number)s orders are processed: record their acknowledgement within 48 hours.",
            count,
        ),
        "refresh",
        "orange",
    ),
    (
        _P.RECORD_ORDER_STEPS,
        _S.ACKNOWLEDGED,
        lambda count: ngettext(
            "%(number)s order is acknowledged: record the publisher's invoice.",
            "%(number)s orders are acknowledged: record the publisher's invoice.",
            count,
        ),
        "file-invoice",
        "orange",
    ),
    (
        _P.FULFIL_ORDERS,
        _S.INVOICED,
        lambda count: ngettext(
            "%(number)s order is invoiced: deliver its codes.",
            "%(number)s orders are invoiced: deliver their codes.",
            count,
        ),
        "truck-delivery",
        "orange",
    ),
    (
        _P.FULFIL_ORDERS,
        _S.FULFILLED,
        lambda count: ngettext(
            "%(number)s order was delivered short: deliver the rest.",
            "%(number)s orders were delivered short: deliver the rest.",
            count,
        ),
        "package",
        "orange",
    ),
)


def _of_codes(look: Look, codes: CodeFigures) -> Iterator[Task]:
    soon = codes.lapsing[30]
    if look.buys:
        yield Task(
            "lapsing",
            soon,
            ngettext(
                "%(number)s unused code lapses within 30 days.",
                "%(number)s unused codes lapse within 30 days.",
                soon,
            ),
            "codes.index",
            {"within": 30},
            "red",
            "clock",
        )
    if look.may(_P.ASSIGN_CODES):
        yield from _to_give_out(codes)


def _to_give_out(codes: CodeFigures) -> Iterator[Task]:
    free = next((count for shown, count in codes.by_state.items() if shown == "available"), 0)
    yield Task(
        "unclaimed",
        codes.unclaimed,
        ngettext(
            "%(number)s code is assigned and was never claimed: remind its holder.",
            "%(number)s codes are assigned and were never claimed: remind their holders.",
            codes.unclaimed,
        ),
        "codes.index",
        {"only": "unclaimed"},
        "orange",
        "user-check",
    )
    yield Task(
        "in_delay",
        codes.in_delay,
        ngettext(
            "%(number)s assignment can still be called back; then it is final.",
            "%(number)s assignments can still be called back; then they are final.",
            codes.in_delay,
        ),
        "codes.index",
        {"only": "in_delay"},
        "orange",
        "arrow-back-up",
    )
    yield Task(
        "available",
        free,
        ngettext(
            "%(number)s code has arrived and is not given out yet.",
            "%(number)s codes have arrived and are not given out yet.",
            free,
        ),
        "codes.index",
        {"state": "available"},
        "blue",
        "package",
    )


def _of_agreements(agreements: AgreementFigures) -> Iterator[Task]:
    for each in agreements.short:
        yield Task(
            f"admins-{each.number}",
            1,
            _(
                "Fewer than two licensing admins can act for %(number)s: invite another.",
                number=each.number,
            ),
            "roles.index",
            {},
            "orange",
            "user-plus",
        )


def _of_messages(look: Look) -> Iterator[Task]:
    if not look.may(_P.VIEW_MESSAGES):
        return
    dead = select(func.count(OutboxMessage.id)).where(OutboxMessage.state == MessageState.DEAD)
    count = int(look.session.scalar(dead) or 0)
    yield Task(
        "messages",
        count,
        ngettext(
            "%(number)s message could not be sent: correct the address and send it again.",
            "%(number)s messages could not be sent: correct the addresses and send them again.",
            count,
        ),
        "messages.index",
        {"state": MessageState.DEAD.value},
        "red",
        "mail",
    )


def _of_operations(operations: Operations) -> Iterator[Task]:
    failed, low = operations.failed_jobs, len(operations.low_stock)
    yield Task(
        "jobs",
        failed,
        ngettext("%(number)s job has failed.", "%(number)s jobs have failed.", failed),
        "jobs.index",
        {"state": "failed"},
        "red",
        "alert-triangle",
    )
    yield Task(
        "stock",
        low,
        ngettext(
            "The stock of %(number)s product is low: take in a provider's list.",
            "The stock of %(number)s products is low: take in a provider's list.",
            low,
        ),
        "stock.index",
        {"low": 1},
        "orange",
        "package-import",
    )
