"""Makes agreements whose codes have come to every end, and closing certificates of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_person, making
from tests.support.making_orders import Shop, make_delivered, make_shop, wish
from vlms.agreements.models import Agreement
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.replacing import replace
from vlms.codes.service.reserving import reserve
from vlms.core.work import Work
from vlms.planning.models.closings import Closing
from vlms.planning.queries.closings import find_latest
from vlms.planning.service.closing_sweep import close_agreement


def make_every_end(clock: StillClock, quantity: int = 7, **agreement: Any) -> Shop:
    """Seven codes: one used, one forfeited, one void, one booked, one replaced, two untouched."""
    with making(clock()) as work:
        shop = make_shop(work, **agreement)
        shop.customer.assign_delay_minutes = 0
        make_delivered(work, shop, wish(shop.product, quantity))
    with making(clock()) as work:
        person = make_person(work, shop.customer, "Asa")
        codes = reserve(work, person.id, shop.product.id, count=4)
        for code in codes:
            start_assign(work, code.id)
        defective, used, forfeited, booked = codes
        replace(work, defective, "CASE-1")
        for code, state in ((used, State.USED), (forfeited, State.FORFEITED)):
            code.state, code.ended_at, code.sealed_text = state, work.now, None
        booked.state = State.REGISTERED
    with making(clock()) as work:
        free = select(Code).where(Code.state == State.AVAILABLE).limit(1)
        void = work.session.scalars(free).one()
        void.state, void.ended_at, void.sealed_text = State.VOID, work.now, None
    return shop


def end_agreement(clock: StillClock, shop: Shop) -> None:
    """Two days after its last."""
    clock.move(days=(shop.agreement.last_day - clock().date()).days + 2)


def latest_closing(work: Work, shop: Shop) -> Closing:
    closing = find_latest(work.session, shop.agreement.id)
    assert closing is not None
    return closing


def make_foreign_closing(work: Work, owner_id: UUID) -> dict[str, UUID]:
    """Somebody else's certificate, of their first agreement, which is made to have ended."""
    agreement = work.session.scalars(
        select(Agreement).where(Agreement.organisation_id == owner_id).order_by(Agreement.number)
    ).first()
    assert agreement is not None
    before = agreement.first_day, agreement.last_day
    agreement.first_day, agreement.last_day = date(2020, 1, 1), date(2020, 12, 31)
    closing = close_agreement(work, agreement.id)
    assert closing is not None
    agreement.first_day, agreement.last_day = before
    return {"closing_id": closing.id}
