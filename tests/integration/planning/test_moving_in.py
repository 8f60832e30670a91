"""An organisation moves in: everything as it stood, and nothing raised for what was before."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.conservation import check_codes, check_packs
from tests.support.making import make_organisation, make_person, making
from tests.support.making_agreements import make_agreement
from tests.support.making_openings import (
    CODES,
    ORDER,
    book_of,
    examined,
    opening_of,
    state_as_book,
    usual_book,
)
from tests.support.making_orders import Shop, make_delivered, make_shop, wish
from tests.support.making_packs import make_site_pack
from vlms.academy.models.packs import Pack, PackQuota
from vlms.accounts.models import School
from vlms.audit.models import AuditEntry
from vlms.billing.models.charges import Charge
from vlms.billing.queries.invoicing import list_open_lines
from vlms.billing.queries.statements import StatementFilter, statement_of
from vlms.billing.queries.tie_out import differences_of
from vlms.billing.rules.statement import ChargeKind
from vlms.codes.custody import Custody
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.lapsing import sweep_expiry
from vlms.codes.service.reserving import reserve
from vlms.core.errors import BadInput, Conflict
from vlms.core.tokens import random_bytes
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.showing import late_orders
from vlms.planning.models.openings import OpeningBalance
from vlms.planning.service.opening_signing import paper_of, sign_opening

OPEN = {
    **ORDER,
    "Order": "OLD-2",
    "Acknowledged on": None,
    "Invoiced on": None,
    "Fulfilled on": None,
    "Delivered": 0,
}


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
        made.customer.assign_delay_minutes = 0
        return made


def _sign(shop: Shop, clock: StillClock, body: bytes, **facts: Any) -> None:
    with shop.buying(clock()) as work:
        sign_opening(work, opening_of(shop.customer, body, **facts))


def _states(work: Work, organisation_id: UUID) -> Counter[State]:
    codes = work.session.scalars(select(Code).where(Code.organisation_id == organisation_id))
    return Counter(code.state for code in codes)


def _code(work: Work, last4: str) -> Code:
    return work.session.scalars(select(Code).where(Code.last4 == last4)).one()


def test_the_usual_workbook_is_written_as_it_stood(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        assert [str(fault) for fault in examined(work, shop.customer, usual_book()).faults] == []
    _sign(shop, clock, usual_book())
    with making(clock()) as work:
        check_codes(work)
        wanted = (State.AVAILABLE, State.RESERVED, State.ASSIGNED, State.USED)
        assert _states(work, shop.customer.id) == Counter(wanted)
        used = _code(work, "0004")
        assert used.ended_at is not None
        assert used.ended_at.date() == date(2025, 10, 1)
        order = work.session.scalars(select(Order)).one()
        assert (order.state, order.purchase_order) == (OrderState.CLOSED, "OLD-1")
        assert order.number.startswith("O-2025-")


def test_nobody_gets_a_mail_unless_it_is_ticked(shop: Shop, clock: StillClock) -> None:
    _sign(shop, clock, usual_book())
    with making(clock()) as work:
        assert work.session.scalar(select(func.count(OutboxMessage.id))) == 0


def test_ticked_holders_with_a_code_to_claim_get_one_mail(shop: Shop, clock: StillClock) -> None:
    _sign(shop, clock, usual_book(), mails=True)
    with making(clock()) as work:
        assert [one.to_address for one in work.session.scalars(select(OutboxMessage))] == [
            "bo@contoso.example"
        ]


def test_a_code_begins_its_history_with_moving_in(shop: Shop, clock: StillClock) -> None:
    _sign(shop, clock, usual_book())
    with making(clock()) as work:
        code = _code(work, "0003")
        entries = work.session.scalars(
            select(AuditEntry).where(AuditEntry.record_id == code.id).order_by(AuditEntry.sequence)
        ).all()
        assert [entry.action for entry in entries] == ["code.moved_in"]
        assert entries[0].detail is not None
        assert entries[0].detail.after["assigned_at"].startswith("2025-09-01")


def test_the_paper_is_kept_sealed_and_proves_the_file(shop: Shop, clock: StillClock) -> None:
    body = usual_book()
    _sign(shop, clock, body)
    with making(clock()) as work:
        balance = work.session.scalars(select(OpeningBalance)).one()
        paper = paper_of(work.keys, balance)
        assert paper.startswith(b"%PDF")
        assert paper not in balance.sealed_paper
        assert balance.content_digest == hashlib.sha256(body).hexdigest()
        assert balance.paper_digest == hashlib.sha256(paper).hexdigest()


def test_what_was_late_before_raises_nothing_here(shop: Shop, clock: StillClock) -> None:
    """An order processed half a year ago and never delivered has its waits begin anew."""
    _sign(shop, clock, usual_book(Orders=[ORDER, OPEN]))
    with making(clock()) as work:
        assert late_orders(work.session, clock()) == frozenset()
        later = clock() + timedelta(hours=49)
        (late,) = late_orders(work.session, later)
        # The negative control: placed here on the same days, it would be late at once.
        order = work.session.get_one(Order, late)
        order.moved_in_at = None
        work.flush()
        assert late_orders(work.session, clock()) == frozenset({late})


def test_charges_tie_out_and_nothing_is_invoiced_again(shop: Shop, clock: StillClock) -> None:
    _sign(shop, clock, usual_book(Orders=[ORDER, OPEN]))
    wanted = StatementFilter(
        date(2025, 8, 1), date(2025, 8, 31), clock(), organisation_id=shop.customer.id
    )
    with making(clock()) as work:
        assert differences_of(work.session, wanted) == []
        statement = statement_of(work.session, wanted)
        assert {line.kind for line in statement.lines} == {ChargeKind.OPENING}
        assert sum(one.net_minor for one in statement.sums) == 96_000
        still_open = list_open_lines(work.session, shop.reseller.id)
        assert [line.order.purchase_order for line in still_open] == ["OLD-2"]


def test_a_statement_cut_off_before_stays_as_it_was(shop: Shop, clock: StillClock) -> None:
    before = clock()
    clock.move(hours=1)
    _sign(shop, clock, usual_book())
    wanted = StatementFilter(date(2025, 8, 1), date(2025, 8, 31), before)
    with making(clock()) as work:
        assert work.session.scalar(select(func.count(Charge.id))) == 1
        assert statement_of(work.session, wanted).lines == []


def test_after_it_codes_live_on_as_those_issued_here(shop: Shop, clock: StillClock) -> None:
    _sign(shop, clock, usual_book())
    with making(clock()) as work:
        person = make_person(work, shop.customer, "Cy Later", "cy@contoso.example")
        (code,) = reserve(work, person.id, shop.product.id)
        start_assign(work, code.id)
    with making(clock()) as work:
        assert _states(work, shop.customer.id)[State.ASSIGNED] == 2
    clock.move(days=200)
    sweep_expiry(lambda: making(clock()))
    with making(clock()) as work:
        lapsed = work.session.scalars(select(Code).where(Code.state == State.ASSIGNED)).all()
        assert all(one.ended_at == one.expires_at for one in lapsed)


def test_a_second_moving_in_is_refused_by_row(shop: Shop, clock: StillClock) -> None:
    _sign(shop, clock, usual_book())
    with shop.buying(clock()) as work:
        plan = examined(work, shop.customer, usual_book())
    told = [(one.fault.row, one.fault.field) for one in plan.faults]
    assert told == [(2, "order"), (2, "code"), (3, "code"), (4, "code")]
    with pytest.raises(BadInput, match="has moved in already"):
        _sign(shop, clock, usual_book())


def test_another_holders_code_is_held_but_nobody_says_by_whom(
    shop: Shop, clock: StillClock
) -> None:
    _sign(shop, clock, usual_book())
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        make_agreement(work, other, "A-9")
        row = {**ORDER, "Order": "X-1", "Agreement": "A-9", "Quantity": 1}
        code = {"Order": "X-1", "Code": "prov aaaa 0001", "State": "available"}
        plan = examined(work, other, book_of(Orders=[row], Codes=[code]))
    (fault,) = plan.faults
    assert "already held" in str(fault)
    assert "contoso" not in str(fault).lower()


def test_a_code_known_by_its_last_characters_cannot_be_found_or_read(
    shop: Shop, clock: StillClock
) -> None:
    _sign(shop, clock, usual_book())
    with making(clock()) as work:
        code = _code(work, "0004")
        assert code.sealed_text is None
        assert code.text_index != Custody(work.keys).index("0004")


def test_a_pack_moves_in_with_its_schools_and_its_ledger(shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        make_site_pack(work, "site-500", 500)
        work.session.add(School(organisation_id=shop.customer.id, name="North"))
    order = {**ORDER, "Product": "site-500", "Quantity": 1}
    packs = (
        {"Order": "OLD-1", "School": "North", "Quota": 200, "Used": 30},
        {"Order": "OLD-1", "Quota": 100, "Used": 0},
    )
    _sign(shop, clock, book_of(Orders=[order], Packs=packs))
    with making(clock()) as work:
        check_packs(work)
        pack = work.session.scalars(select(Pack)).one()
        assert (pack.capacity, pack.allotted_count) == (500, 300)
        used = work.session.scalars(select(PackQuota.used_count)).all()
        assert sorted(used) == [0, 30]


def test_the_state_of_one_installation_moves_into_another(shop: Shop, clock: StillClock) -> None:
    """Round trip: the counts by state are the same, whatever the states were."""
    with making(clock()) as work:
        make_delivered(work, shop, wish(shop.product, 6))
    with making(clock()) as work:
        people = [make_person(work, shop.customer, f"P {n}", f"p{n}@x.example") for n in range(4)]
        codes = [reserve(work, person.id, shop.product.id)[0] for person in people]
        for code in codes[1:]:
            start_assign(work, code.id)
    with making(clock()) as work:
        used = work.session.get_one(Code, codes[3].id)
        used.state, used.ended_at, used.sealed_text = State.USED, clock(), None
        work.flush()
        before = _states(work, shop.customer.id)
        body = state_as_book(work, shop.customer, "B-1")
        # Its codes are in that other installation, not in this one.
        for code in work.session.scalars(select(Code)):
            code.text_index = random_bytes(32)
        other = make_organisation(work, "fabrikam")
        make_agreement(work, other, "B-1")
    with making(clock()) as work:
        assert [str(fault) for fault in examined(work, other, body).faults] == []
        sign_opening(work, opening_of(other, body))
    with making(clock()) as work:
        assert _states(work, other.id) == before
        assert before[State.USED] == 1
        check_codes(work)


def test_the_same_file_is_signed_once(shop: Shop, clock: StillClock) -> None:
    body = book_of(
        People=({"Number": "E9", "Full name": "Sole Person", "E-mail address": "s@x.example"},)
    )
    _sign(shop, clock, body)
    with pytest.raises(Conflict):
        _sign(shop, clock, body)


def test_nothing_is_written_while_one_row_is_wrong(shop: Shop, clock: StillClock) -> None:
    with pytest.raises(BadInput):
        _sign(shop, clock, usual_book(Codes=CODES[:3]))
    with making(clock()) as work:
        assert work.session.scalar(select(func.count(Order.id))) == 0
        assert work.session.scalar(select(func.count(OpeningBalance.id))) == 0
