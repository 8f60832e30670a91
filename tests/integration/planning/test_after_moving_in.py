"""What moved in goes on here: appointments, forecasts, the holder's own page."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.conservation import check_codes
from tests.support.making import making
from tests.support.making_openings import CODES, book_of, opening_of, usual_book
from tests.support.making_orders import Shop, make_shop
from tests.support.making_packs import MOS_EXAM, make_exams
from vlms.codes.models import Code, Registration
from vlms.codes.rules.lifecycle import State
from vlms.planning.outlook import foresee_all
from vlms.planning.queries.code_stocks import list_code_stocks
from vlms.planning.service.opening_signing import sign_opening

BOOKED = {
    **CODES[2],
    "State": "registered",
    "Exam": MOS_EXAM,
    "Place": "Test Centre 1",
    "Appointment": "2026-04-01 09:30",
}
SAT = {**CODES[3], "Exam": MOS_EXAM, "Place": "Test Centre 1"}


def _moved_in(clock: StillClock) -> Shop:
    with making(clock()) as work:
        shop = make_shop(work)
        make_exams(work)
    body = usual_book(Codes=[*CODES[:2], BOOKED, SAT])
    with shop.buying(clock()) as work:
        sign_opening(work, opening_of(shop.customer, body))
    return shop


def test_an_appointment_moves_in_at_its_local_time(app: Flask, clock: StillClock) -> None:
    _moved_in(clock)
    with making(clock()) as work:
        check_codes(work)
        booked = work.session.scalars(select(Registration).where(Registration.is_open)).one()
        assert booked.starts_at == datetime(2026, 4, 1, 16, 30, tzinfo=UTC)
        assert booked.code.state is State.REGISTERED


def test_an_exam_that_was_sat_moves_in_with_its_day(app: Flask, clock: StillClock) -> None:
    _moved_in(clock)
    with making(clock()) as work:
        sat = work.session.scalars(select(Registration).where(~Registration.is_open)).one()
        assert sat.outcome_at == datetime(2025, 10, 1, 7, tzinfo=UTC)
        assert sat.code.ended_at == sat.outcome_at


def test_money_at_risk_counts_what_moved_in(app: Flask, clock: StillClock) -> None:
    shop = _moved_in(clock)
    with making(clock()) as work:
        stocks = list_code_stocks(work.session, shop.customer.id, clock())
        (risk,) = foresee_all(stocks, clock())
        counted = risk.counted
        assert (counted.unassigned, counted.assigned, counted.booked) == (2, 0, 1)


def test_what_has_expired_elsewhere_keeps_no_text_and_is_told_of_no_more(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    order_days = {"Charge start": "2025-07-01", "Charge end": "2025-10-31"}
    order = {
        **{"Order": "OLD-1", "Agreement": "A-1", "Product": "voucher", "Quantity": 1},
        **{"Charge type": "addQuantity", "Months": 4, "12-month unit price": 120, "Amount": 40},
        **order_days,
        **{"Ordered on": "2025-07-01", "Processed on": "2025-07-01"},
        **{"Acknowledged on": "2025-07-02", "Invoiced on": "2025-07-03"},
        **{"Fulfilled on": "2025-07-10"},
    }
    code = {"Order": "OLD-1", "Code": "PROV-OLD-0001", "State": "expired"}
    with shop.buying(clock()) as work:
        sign_opening(work, opening_of(shop.customer, book_of(Orders=[order], Codes=[code])))
    with making(clock()) as work:
        lapsed = work.session.scalars(select(Code)).one()
        assert (lapsed.state, lapsed.sealed_text) == (State.AVAILABLE, None)
        assert lapsed.ended_at == lapsed.expires_at < clock()
