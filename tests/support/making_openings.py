"""Makes workbooks with which an organisation moves in, and the state of one as such a workbook."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from sqlalchemy import select

from tests.support.making_codes import text_of
from vlms.accounts.models import Organisation, Person
from vlms.codes.models import Code, CodeBatch, Registration
from vlms.codes.queries import has_lapsed
from vlms.core.clock import local_day
from vlms.core.money import Money
from vlms.core.work import Work
from vlms.exports.reading import read_sheets
from vlms.exports.sheets import Sheet
from vlms.orders.models import Order, OrderLine
from vlms.planning.service.opening_examining import examine_opening
from vlms.planning.service.opening_files import LIMITS
from vlms.planning.service.opening_plan import OpeningPlan
from vlms.planning.service.opening_signing import Opening

Rows = Sequence[Mapping[str, Any]]
ORDER = {
    "Order": "OLD-1",
    "Agreement": "A-1",
    "Product": "voucher",
    "Quantity": 4,
    "Charge type": "new",
    "Months": 12,
    "12-month unit price": 120,
    "Amount": 480,
    "Charge start": "2025-08-01",
    "Charge end": "2026-07-31",
    "Ordered on": "2025-08-01",
    "Processed on": "2025-08-02",
    "Acknowledged on": "2025-08-03",
    "Invoiced on": "2025-08-04",
    "Fulfilled on": "2025-08-12",
}
PEOPLE = (
    {"Number": "E1", "Full name": "Mei Lin", "E-mail address": "mei@contoso.example"},
    {"Number": "E2", "Full name": "Bo Chen", "E-mail address": "bo@contoso.example"},
)
CODES = (
    {"Order": "OLD-1", "Code": "PROV-AAAA-0001", "State": "available"},
    {"Order": "OLD-1", "Code": "PROV-AAAA-0002", "State": "reserved", "Person": "E1"},
    {
        "Order": "OLD-1",
        "Code": "PROV-AAAA-0003",
        "State": "assigned",
        "Person": "bo@contoso.example",
        "Assigned on": "2025-09-01",
    },
    {
        "Order": "OLD-1",
        "Last characters": "0004",
        "State": "used",
        "Person": "E2",
        "Assigned on": "2025-09-01",
        "Ended on": "2025-10-01",
    },
)


def book_of(**sheets: Rows) -> bytes:
    """A workbook whose sheets have the keys of their rows as headings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        headings = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append(headings)
        for row in rows:
            sheet.append([row.get(heading) for heading in headings])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def usual_book(**changed: Rows) -> bytes:
    """Two people, one delivered order of four codes, each in another state."""
    sheets: dict[str, Rows] = {"People": PEOPLE, "Orders": [ORDER], "Codes": CODES}
    return book_of(**{**sheets, **changed})


def sheets_in(body: bytes) -> dict[str, Sheet]:
    return read_sheets(io.BytesIO(body), "moving-in.xlsx", LIMITS)


def opening_of(organisation: Organisation, body: bytes, **facts: Any) -> Opening:
    digest = hashlib.sha256(body).hexdigest()
    return Opening(organisation.id, "moving-in.xlsx", sheets_in(body), digest, **facts)


def examined(work: Work, organisation: Organisation, body: bytes) -> OpeningPlan:
    return examine_opening(work.session, work.keys, organisation.id, sheets_in(body), work.now)


def state_as_book(work: Work, organisation: Organisation, agreement: str) -> bytes:
    """Orders, people and codes of an organisation, under another agreement's number."""
    people = work.session.scalars(
        select(Person).where(Person.organisation_id == organisation.id)
    ).all()
    orders = work.session.scalars(
        select(OrderLine).join(OrderLine.order).where(OrderLine.organisation_id == organisation.id)
    ).all()
    codes = work.session.scalars(
        select(Code).where(Code.organisation_id == organisation.id).order_by(Code.number)
    ).all()
    return book_of(
        People=[{"Full name": one.name, "E-mail address": one.email} for one in people],
        Orders=[_order_row(line, agreement) for line in orders],
        Codes=[_code_row(work, code) for code in codes],
    )


def _order_row(line: OrderLine, agreement: str) -> dict[str, Any]:
    order: Order = line.order
    days = {
        "Ordered on": order.placed_at,
        "Processed on": order.processed_at,
        "Acknowledged on": order.acknowledged_at,
        "Invoiced on": order.invoiced_at,
        "Fulfilled on": order.fulfilled_at,
    }
    zone = order.agreement.time_zone
    return {
        "Order": order.number,
        "Line": line.position,
        "Agreement": agreement,
        "Product": line.product.key,
        "Quantity": line.quantity,
        "Delivered": line.delivered_quantity,
        "Charge type": line.charge_type.value,
        "Months": line.months,
        "12-month unit price": line.unit_price,
        "Amount": Money(line.amount_minor or 0, order.currency).amount,
        "Charge start": line.charge_start,
        "Charge end": line.charge_end,
        **{name: local_day(at, zone) for name, at in days.items() if at},
    }


def _code_row(work: Work, code: Code) -> dict[str, Any]:
    zone = code.agreement.time_zone
    batch: CodeBatch = code.batch
    is_over = code.expires_at <= work.now and code.id in set(
        work.session.scalars(select(Code.id).where(has_lapsed(work.now)))
    )
    days = {
        "Assigned on": code.assigned_at,
        "Claimed on": code.claimed_at,
        "Ended on": None if is_over else code.ended_at,
    }
    return {
        "Order": batch.line.order.number,
        "Line": batch.line.position,
        "Code": text_of(work, code) if code.sealed_text else None,
        "Last characters": code.last4,
        "State": "expired" if is_over else code.state.value,
        "Person": code.person.email if code.person else None,
        **{name: local_day(at, zone) for name, at in days.items() if at},
        **_appointment(work, code, zone),
        "Last day of use": code.last_day,
        "Provider's reference": code.case_number,
    }


def _appointment(work: Work, code: Code, zone: str) -> dict[str, Any]:
    booked = work.session.scalar(
        select(Registration).where(Registration.code_id == code.id, Registration.is_open)
    )
    if booked is None:
        return {}
    local = booked.starts_at.astimezone(ZoneInfo(zone))
    return {
        "Exam": booked.exam_number,
        "Place": booked.site,
        "Appointment": local.strftime("%Y-%m-%d %H:%M"),
    }
