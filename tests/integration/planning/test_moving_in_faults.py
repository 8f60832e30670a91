"""Workbooks that cannot be moved in with: each row is told what is wrong and what is right."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_openings import CODES, ORDER, PEOPLE, book_of, examined, usual_book
from tests.support.making_orders import Shop, make_shop
from vlms.core.errors import BadInput
from vlms.planning.service.opening_files import Workbook

FREE, RESERVED, ASSIGNED, USED = CODES


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


def _faults(shop: Shop, clock: StillClock, body: bytes) -> list[tuple[Any, ...]]:
    """Sheet, row, column and sentence of each; none is without a way out."""
    with shop.buying(clock()) as work:
        plan = examined(work, shop.customer, body)
    assert all(one.fault.way_out for one in plan.faults)
    return [
        (str(one.title), one.fault.row, one.fault.field, str(one.fault.sentence))
        for one in plan.faults
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"Agreement": "NONE"}, "agreement"),
        ({"Product": "nothing"}, "product"),
        ({"Quantity": 0}, "quantity"),
        ({"Amount": "480.005"}, "amount"),
        ({"Amount": "=1+1"}, "amount"),
        ({"Charge type": "gift"}, "type"),
        ({"Charge end": "2025-07-31"}, "charge_end"),
        ({"Charge end": "2031-07-31"}, "charge_end"),
        ({"Charge start": "2024-08-01"}, "charge_start"),
        ({"Ordered on": "2099-01-01"}, "processed_on"),
        ({"Acknowledged on": None}, "acknowledged_on"),
        ({"Delivered": 5}, "delivered"),
        ({"Delivered": 3}, "delivered"),
        ({"Fulfilled on": None, "Invoiced on": None, "Delivered": 4}, "delivered"),
        ({"Ordered on": "01.08.2025"}, "ordered_on"),
    ],
)
def test_a_wrong_order_is_told_by_its_column(
    shop: Shop, clock: StillClock, changed: dict[str, Any], field: str
) -> None:
    found = _faults(shop, clock, usual_book(Orders=[{**ORDER, **changed}]))
    assert ("Orders and lines", 2, field) in [each[:3] for each in found]


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ({**FREE, "Order": "OLD-9"}, "order"),
        ({**FREE, "Line": 2}, "order"),
        ({**FREE, "State": "lost"}, "state"),
        ({**FREE, "State": "expired"}, "state"),
        ({**FREE, "State": "activated", "Person": "E1"}, "state"),
        ({**FREE, "Person": "E1"}, "holder"),
        ({**FREE, "Assigned on": "2025-09-01"}, "assigned_on"),
        ({**FREE, "Code": None, "Last characters": "0001"}, "code"),
        ({**FREE, "Code": None}, "code"),
        ({**FREE, "Code": "ab"}, "code"),
        ({**FREE, "Last characters": "9999"}, "last4"),
        ({**RESERVED, "Person": "nobody@x.example"}, "holder"),
        ({**RESERVED, "Person": None}, "holder"),
        ({**ASSIGNED, "Assigned on": None}, "assigned_on"),
        ({**ASSIGNED, "Assigned on": "2099-09-01"}, "assigned_on"),
        ({**ASSIGNED, "Claimed on": "2025-08-31"}, "claimed_on"),
        ({**ASSIGNED, "Last day of use": "2026-12-31"}, "last_day"),
        ({**ASSIGNED, "State": "registered"}, "exam"),
        ({**ASSIGNED, "Appointment": "2026-04-01 09:00"}, "appointment"),
        ({**USED, "Ended on": None}, "ended_on"),
        ({**USED, "Exam": "NO-1"}, "exam"),
        ({**ASSIGNED, "State": "void", "Ended on": "2025-10-01"}, "reference"),
    ],
)
def test_a_wrong_code_is_told_by_its_column(
    shop: Shop, clock: StillClock, code: dict[str, Any], field: str
) -> None:
    found = _faults(shop, clock, usual_book(Codes=[code, *CODES[1:]]))
    assert ("Codes", 2, field) in [each[:3] for each in found]


def test_a_line_whose_codes_are_not_all_told_breaks_conservation(
    shop: Shop, clock: StillClock
) -> None:
    (fault,) = _faults(shop, clock, usual_book(Codes=CODES[:3]))
    assert fault[:3] == ("Orders and lines", 2, "delivered")
    assert "4 codes were delivered of OLD-1/1, and the sheets list 3" in fault[3]


def test_a_double_code_names_the_other_row(shop: Shop, clock: StillClock) -> None:
    found = _faults(shop, clock, usual_book(Codes=[FREE, FREE, *CODES[2:]]))
    assert [each[:3] for each in found] == [("Codes", 3, "code")]
    assert "row 2" in found[0][3]


def test_lines_of_one_order_must_agree(shop: Shop, clock: StillClock) -> None:
    other = {**ORDER, "Line": 2, "Quantity": 1, "Delivered": 0, "Purchase order": "PO 8"}
    found = _faults(shop, clock, usual_book(Orders=[ORDER, other]))
    assert ("Orders and lines", 3, "order") in [each[:3] for each in found]


def test_headings_in_chinese_are_read(shop: Shop, clock: StillClock) -> None:
    names = {
        "Order": "訂單編號",
        "Agreement": "合約編號",
        "Product": "產品",
        "Quantity": "數量",
        "Charge type": "計費類型",
        "Months": "月數",
        "12-month unit price": "單價",
        "Amount": "金額",
        "Charge start": "計費起日",
        "Charge end": "計費迄日",
        "Ordered on": "訂購日",
    }
    order = {names[key]: value for key, value in ORDER.items() if key in names}
    assert _faults(shop, clock, book_of(訂單=[{**order, "計費類型": "新購"}])) == []


def test_a_missing_column_is_told_with_its_name(shop: Shop, clock: StillClock) -> None:
    order = {key: value for key, value in ORDER.items() if key != "Amount"}
    found = _faults(shop, clock, usual_book(Orders=[order]))
    assert ("Orders and lines", None, "amount") in [each[:3] for each in found]


def test_a_workbook_without_a_known_sheet_is_no_moving_in(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        plan = examined(work, shop.customer, book_of(Budget=[{"A": 1}]))
    assert len(plan.problems) == 1
    with pytest.raises(BadInput):
        plan.require_sound()


def test_people_of_the_same_workbook_may_hold_codes(shop: Shop, clock: StillClock) -> None:
    wrong = ({**PEOPLE[0], "Full name": ""}, PEOPLE[1])
    found = _faults(shop, clock, usual_book(People=wrong))
    assert found[0][:3] == ("People", 2, "name")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("moving-in.xlsx", b""),
        ("moving-in.xlsx", b"PK\x03\x04 no zip at all"),
        ("moving-in.xlsx", b"\xd0\xcf\x11\xe0 an old book"),
        ("moving-in.csv", b"Order,Code\nA,B\n"),
        ("moving-in.exe", b"MZ"),
    ],
)
def test_what_is_no_workbook_is_refused(shop: Shop, name: str, body: bytes) -> None:
    with pytest.raises(BadInput):
        Workbook(name, body).opening(shop.customer.id)
