"""The demo's orders: one in each state of O4, each step at its own moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from vlms.agreements.models import Agreement
from vlms.catalog.queries import find_product
from vlms.core.scope import System
from vlms.core.work import Work, working
from vlms.demo.agreements import CAMPUS, ENDED, ENDING, MAIN, TAIWAN
from vlms.demo.cast import Cast
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service.delivery import deliver
from vlms.orders.service.drafts import DraftFacts, create_draft, edit_draft
from vlms.orders.service.placing import place
from vlms.orders.service.pricing import LineWish
from vlms.orders.service.steps import cancel, record_step

SCOPE = System("demo")
OPERATOR = "operator@demo.example"
RESELLER = "reseller@demo.example"
ADMINS = {
    MAIN: "admin@contoso.example",
    ENDING: "admin@contoso.example",
    ENDED: "admin@contoso.example",
    TAIWAN: "admin@hongyuan.example",
    CAMPUS: "admin@university.example",
}
_STEPS = (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE, OrderStep.INVOICE)


@dataclass
class Stage:
    """The demo's moment zero, its cast and agreements; acts are played on it."""

    now: datetime
    cast: Cast
    agreements: dict[str, Agreement]
    tick: Callable[[int], None] = field(default=lambda _count: None)

    @contextmanager
    def act(self, email: str, days: float) -> Iterator[Work]:
        """Somebody's unit of work, so many days from the first run."""
        with working(self.cast.actor(email), SCOPE, self.now + timedelta(days=days)) as work:
            yield work
        self.tick(1)


@dataclass(frozen=True)
class Plot:
    """An order's story: its lines (product, quantity, 12 months) and how far it came.

    `steps` counts processed, acknowledged, invoiced, each `pace` days after the one before;
    `delivered` is what came of each line (None: all).
    """

    agreement: str
    placed: float
    lines: tuple[tuple[str, int, bool], ...]
    steps: int = 3
    pace: float = 2.0
    delivered: tuple[int | None, ...] | None = None


HISTORY = {
    "ended": Plot(ENDED, -790, (("mcp-exam-voucher", 8, True),), delivered=(None,)),
    "ending": Plot(ENDING, -340, (("mcp-exam-voucher", 10, False),), delivered=(None,)),
    "main": Plot(
        MAIN,
        -190,
        (("mcp-exam-voucher", 20, True), ("e-reference-azure", 5, False)),
        delivered=(None, None),
    ),
    "taiwan": Plot(
        TAIWAN,
        -90,
        (("mcp-exam-voucher", 12, True), ("e-reference-office", 4, False)),
        delivered=(None, None),
    ),
    "campus": Plot(CAMPUS, -120, (("mcp-class-pack-data-ai", 1, True),), delivered=(None,)),
    "pack": Plot(CAMPUS, -117, (("site-pack-mos-mta-mce", 1, True),), steps=2, pace=1.0),
    "short": Plot(MAIN, -60, (("fundamentals-exam-voucher", 10, False),), delivered=(6,)),
    "invoiced": Plot(MAIN, -12, (("e-reference-sql-server", 6, False),)),
    "acknowledged": Plot(TAIWAN, -6, (("fundamentals-exam-voucher", 15, False),), steps=2),
    "late": Plot(MAIN, -7, (("mcp-exam-voucher", 4, False),), steps=1),
    "placed": Plot(MAIN, -1, (("fundamentals-exam-voucher", 8, False),), steps=0),
    "dearer": Plot(MAIN, -10, (("e-reference-developer", 4, False),), steps=2, pace=1.0),
    "approval": Plot(MAIN, -0.5, (("mcp-exam-voucher", 120, False),), steps=0),
}


def play_orders(stage: Stage) -> dict[str, UUID]:
    """Every order's id by its name in the story."""
    found = {name: _play(stage, plot) for name, plot in HISTORY.items()}
    found["draft"] = _draft(
        stage, Plot(MAIN, -0.2, (("mcp-exam-voucher", 10, True), ("e-reference-azure", 3, False)))
    )
    found["cancelled"] = _play(
        stage, Plot(MAIN, -30, (("e-reference-developer", 2, False),), steps=0)
    )
    with stage.act(ADMINS[MAIN], -29.5) as work:
        cancel(work, found["cancelled"], "Ordered twice by mistake.")
    return found


def _draft(stage: Stage, plot: Plot) -> UUID:
    with stage.act(ADMINS[plot.agreement], plot.placed) as work:
        order = create_draft(work, stage.agreements[plot.agreement].id)
        wishes = tuple(_wish(work, line) for line in plot.lines)
        facts = DraftFacts(wishes, purchase_order=f"PO-{order.number[-4:]}", cost_centre="4711")
        return edit_draft(work, order.id, order.version, facts).id


def _wish(work: Work, line: tuple[str, int, bool]) -> LineWish:
    key, quantity, twelve_months = line
    product = find_product(work.session, key)
    assert product is not None, key
    return LineWish(product.id, quantity, twelve_months)


def _play(stage: Stage, plot: Plot) -> UUID:
    order_id = _draft(stage, plot)
    with stage.act(ADMINS[plot.agreement], plot.placed + 0.01) as work:
        place(work, order_id)
    at = plot.placed
    recorder = RESELLER if stage.agreements[plot.agreement].reseller_id else OPERATOR
    for place_in_line, step in enumerate(_STEPS[: plot.steps], start=1):
        at = plot.placed + plot.pace * place_in_line
        with stage.act(recorder, at) as work:
            record_step(
                work, order_id, step, work.now, f"REF-{step.value[:3].upper()}-{place_in_line:03d}"
            )
    for position, quantity in enumerate(plot.delivered or ()):
        with stage.act(OPERATOR, at + 6) as work:
            line = get_order(work.session, order_id).lines[position]
            note = None if quantity is None else "The provider sends the rest next week."
            deliver(work, order_id, line.id, quantity or line.quantity, note)
    return order_id
