"""What waits in orders, by who takes the next step (O4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vlms.core.permissions import Permission
from vlms.core.text import Text, ngettext
from vlms.insights.order_figures import OrderFigures, count_asking
from vlms.insights.task import Task
from vlms.orders.rules.order_clock import OrderState
from vlms.planning.looking import Look

_P = Permission


def tasks_of_orders(look: Look, orders: OrderFigures) -> Iterator[Task]:
    """Late ones for everybody, the others for who takes their next step."""
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
    if look.may(_P.APPROVE_ORDERS):
        yield _consents(count_asking(look.session))
    for permission, state, tell, picture, level in _BY_STATE:
        # The operator records a reseller's steps only where there is no reseller (O4).
        is_own = permission is not _P.RECORD_ORDER_STEPS or look.kind == "reseller"
        if look.may(permission) and is_own:
            count = orders.by_state.get(state, 0)
            yield _order_task(state, count, tell(count), picture, level)


def _consents(count: int) -> Task:
    return Task(
        "consents",
        count,
        ngettext(
            "%(number)s order would cost more: agree to it, or decline it.",
            "%(number)s orders would cost more: agree to them, or decline them.",
            count,
        ),
        "orders.index",
        {"consent": 1},
        "red",
        "coins",
    )


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
