"""Stocks as the database has them: to the cent what charge-back says, and how they went."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes
from tests.support.making_orders import Shop, make_delivered, make_shop, wish
from tests.support.making_packs import make_pack, make_quota, make_site_pack
from vlms.accounts.models import OrganisationKind
from vlms.billing.queries.charge_back import Ordered, list_shared
from vlms.billing.rules.charge_back import Giving, parts_of
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.replacing import replace
from vlms.codes.service.reserving import reserve
from vlms.core.work import Work
from vlms.orders.models import OrderLine
from vlms.planning.curve import Strand, curve_of, lives_of
from vlms.planning.outlook import foresee_all
from vlms.planning.queries.code_stocks import list_code_stocks
from vlms.planning.queries.lives import list_lives
from vlms.planning.queries.nudges import list_nudges
from vlms.planning.queries.pack_stocks import list_pack_stocks
from vlms.planning.rules.nudging import Lying


def _delivered(clock: StillClock, quantity: int = 7, minor: int = 1000) -> tuple[Shop, UUID]:
    """Seven codes for 10.00: the first six bear a cent more than the last."""
    with making(clock()) as work:
        shop = make_shop(work)
        shop.customer.assign_delay_minutes = 0
        order = make_delivered(work, shop, wish(shop.product, quantity))
        order.lines[0].amount_minor = minor
    return shop, order.lines[0].id


def _assign(work: Work, shop: Shop, count: int) -> list[Code]:
    person = make_person(work, shop.customer, "Asa")
    codes = reserve(work, person.id, shop.product.id, count=count)
    for code in codes:
        start_assign(work, code.id)
    return list(codes)


def test_what_is_unused_is_worth_to_the_cent_what_charge_back_says(
    app: Flask, clock: StillClock
) -> None:
    shop, _line_id = _delivered(clock)
    with making(clock()) as work:
        replace(work, _assign(work, shop, 2)[1], "CASE-1")
    with making(clock()) as work:
        (stock,) = list_code_stocks(work.session, shop.customer.id, clock())
        today = clock().date()
        asked = Ordered(shop.customer.id, today - timedelta(days=9), today + timedelta(days=9))
        (line,) = list_shared(work.session, asked)
        given = sum(m for who, m in parts_of(line) if who.giving is Giving.GIVEN)
        (part,) = stock.parts
        assert (part.counted.unassigned, part.counted.assigned) == (5, 2)
        assert part.counted.assigned_value.minor == given == 286
        assert part.counted.value.minor == 1000


def test_batches_of_one_line_share_its_price_in_the_order_of_their_issue(
    app: Flask, clock: StillClock
) -> None:
    shop, line_id = _delivered(clock, quantity=3, minor=200)
    with making(clock()) as work:
        line = work.session.get_one(OrderLine, line_id)
        line.quantity, line.delivered_quantity = 6, 6
        more = make_codes(work, line, 3)
        person = make_person(work, shop.customer, "Bo")
        more[0].state, more[0].ended_at = State.FORFEITED, clock()
        more[0].person_id = person.id
    with making(clock()) as work:
        (stock,) = list_code_stocks(work.session, shop.customer.id, clock())
        # 200 over six codes: 34 34 33 33 33 33, the fourth is gone.
        assert sum(part.counted.value.minor for part in stock.parts) == 200 - 33
        assert stock.history.uses == {0: 1}


def test_uses_make_the_history_and_lives_tell_the_same(app: Flask, clock: StillClock) -> None:
    shop, _line_id = _delivered(clock)
    with making(clock()) as work:
        used = _assign(work, shop, 2)[0]
    clock.move(days=5)
    with making(clock()) as work:
        code = work.session.get_one(Code, used.id)
        code.state, code.ended_at = State.USED, clock()
    clock.move(days=2)
    with making(clock()) as work:
        (stock,) = list_code_stocks(work.session, shop.customer.id, clock())
        assert stock.history.uses == {2: 1}
        assert (stock.history.days, stock.history.issued) == (8, 7)
        assert (stock.parts[0].counted.assigned, stock.parts[0].counted.unassigned) == (1, 5)
        (lives,) = list_lives(work.session, shop.customer.id).values()
        assert sorted((life.used_on is None, life.count) for life in lives) == [
            (False, 1),
            (True, 6),
        ]


def test_who_has_not_claimed_after_three_days_is_named(app: Flask, clock: StillClock) -> None:
    shop, _line_id = _delivered(clock)
    with making(clock()) as work:
        _assign(work, shop, 1)
    with making(clock()) as work:
        assert list_nudges(work.session, shop.customer.id, clock()) == []
    clock.move(days=3)
    with making(clock()) as work:
        (nudge,) = list_nudges(work.session, shop.customer.id, clock())
        assert (nudge.person.name, nudge.why) == ("Asa", Lying.UNCLAIMED)
        nudge.person.left_at = clock()
        work.flush()
        assert list_nudges(work.session, shop.customer.id, clock()) == []


def test_a_packs_exams_are_at_risk_school_by_school(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        campus = make_organisation(work, "campus", OrganisationKind.ACADEMIC)
        agreement = make_agreement(work, campus)
        pack = make_pack(work, agreement, make_site_pack(work), 10)
        pack.line.amount_minor = 1003
        quota = make_quota(work, pack, None, 6)
        quota.used_count, quota.reserved_count = 2, 1
        pack_id = pack.id
    with making(clock()) as work:
        given, rest = list_pack_stocks(work.session, campus.id, clock())
        assert given.pack is not None
        assert given.pack.id == pack_id
        # 1003 over ten exams: 101 for the first three, of which two are used.
        assert (given.parts[0].counted.unassigned, given.parts[0].counted.booked) == (3, 1)
        assert given.parts[0].counted.value.minor == 101 + 100 + 100
        assert (rest.parts[0].counted.unassigned, rest.is_given_out) == (4, False)
        risks = foresee_all([given, rest], clock())
        nobody = next(risk for risk in risks if not risk.stock.is_given_out)
        assert (nobody.left.low, nobody.left.high) == (4, 4)
        today = clock().date()
        strands = [Strand(one.stock, lives_of(one.stock, today), one.pace) for one in risks]
        curve = curve_of(strands, today)
        # Eight of ten exams are not drawn yet; four of them nobody may draw.
        assert (curve[0].day, curve[0].was) == (today, 8)
        assert curve[-1].day == agreement.last_day
        assert curve[-1].expected is not None
        # It ends at what the rows say, which count the appointment as used.
        end = curve[-1].expected
        assert (end.low, end.high) == (
            sum(risk.left.low for risk in risks),
            sum(risk.left.high for risk in risks),
        )
        assert 4 <= end.low <= end.high <= 7


def test_the_curve_tells_what_was_and_comes_down_to_what_is_expected(
    app: Flask, clock: StillClock
) -> None:
    shop, _line_id = _delivered(clock)
    for _week in range(4):
        with making(clock()) as work:
            code = work.session.scalars(
                select(Code).where(Code.state == State.AVAILABLE).order_by(Code.number).limit(1)
            ).one()
            person = make_person(work, shop.customer, "Asa")
            code.person_id, code.state, code.ended_at = person.id, State.USED, clock()
        clock.move(days=7)
    with making(clock()) as work:
        (risk,) = foresee_all(list_code_stocks(work.session, shop.customer.id, clock()), clock())
        lives = list_lives(work.session, shop.customer.id)[risk.key]
        curve = curve_of([Strand(risk.stock, lives, risk.pace)], clock().date())
        assert [point.was for point in curve if point.was is not None] == [6, 5, 4, 3, 3]
        ahead = [point.expected for point in curve if point.expected is not None]
        assert (ahead[0].low, ahead[0].expected, ahead[0].high) == (3, 3, 3)
        assert ahead[-1] == risk.left
        middles = [one.expected for one in ahead]
        assert middles == sorted(middles, reverse=True)
