"""Writes what moves in: orders with their charges, codes, packs and entitlements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from vlms.academy.service.moving_in import MovedQuota, take_in_pack
from vlms.accounts.models import Person
from vlms.agreements.models import Agreement
from vlms.billing.service.charging import charge_opening
from vlms.catalog.models import CodeSource
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.moving_in import MovedCode, take_in_codes
from vlms.codes.service.telling import tell_people
from vlms.core.term import start_of_day
from vlms.core.work import Work
from vlms.orders.models import ChargeType, Order, OrderLine
from vlms.orders.service.moving_in import MovedLine, MovedOrder, take_in_order
from vlms.planning.models.openings import Entitlement, OpeningBalance, OpeningOrder
from vlms.planning.queries.openings import agreements_by_number
from vlms.planning.rules.opening_facts import CodeFacts, LineFacts
from vlms.planning.rules.opening_orders import state_of
from vlms.planning.service.opening_plan import OpeningPlan


def write_orders(work: Work, balance: OpeningBalance, plan: OpeningPlan, *, mails: bool) -> None:
    """Every order with what came of it, then the entitlements; nobody is told without `mails`."""
    agreements = agreements_by_number(work.session, balance.organisation_id)
    for number, lines in plan.by_order():
        order = _write_order(work, balance, agreements, (number, lines))
        by_position = {line.position: line for line in order.lines}
        for facts in lines:
            _write_shares(work, plan, by_position[facts.position], facts)
    _write_entitlements(work, balance, plan)
    if mails:
        _tell_holders(work, balance)


def _write_order(
    work: Work,
    balance: OpeningBalance,
    agreements: Mapping[str, Agreement],
    told: tuple[str, Sequence[LineFacts]],
) -> Order:
    number, lines = told
    first = lines[0]
    steps = first.steps
    is_whole = all(line.delivered == line.quantity for line in lines)
    order = take_in_order(
        work,
        MovedOrder(
            number,
            agreements[first.agreement.number],
            state_of(steps, is_whole=is_whole),
            steps.in_order(),
            first.purchase_order,
            first.cost_centre,
            [_moved(line) for line in lines],
        ),
    )
    charge_opening(work, order)
    work.session.add(
        OpeningOrder(
            organisation_id=order.organisation_id,
            agreement_id=order.agreement_id,
            reseller_id=order.reseller_id,
            opening_id=balance.id,
            order_id=order.id,
            former_number=number,
        )
    )
    work.flush()
    return order


def _moved(line: LineFacts) -> MovedLine:
    return MovedLine(
        line.position,
        line.product.id,
        line.quantity,
        line.delivered,
        ChargeType(line.charge_type),
        line.months,
        line.unit_price,
        line.amount,
        line.charge_start,
        line.charge_end,
    )


def _write_shares(work: Work, plan: OpeningPlan, line: OrderLine, facts: LineFacts) -> None:
    codes = plan.codes.get(facts.place, ())
    if codes:
        at = start_of_day(_issued_on(facts), facts.agreement.zone)
        take_in_codes(work, line, [_code(code) for code in codes], at)
    if facts.product.is_site_pack and facts.delivered:
        packs = plan.packs.get(facts.place, ())
        take_in_pack(work, line, [MovedQuota(p.school_id, p.quota, p.used) for p in packs])


def _issued_on(line: LineFacts) -> date:
    steps = line.steps
    return steps.fulfilled_on or steps.invoiced_on or steps.ordered_on


def _code(code: CodeFacts) -> MovedCode:
    return MovedCode(
        text=code.text,
        last4=code.last4,
        source=CodeSource.VC1 if code.is_own_kind else CodeSource.PROVIDER,
        expiry=code.expiry,
        state=code.state,
        person_id=code.person_id,
        assigned_at=code.assigned_at,
        claimed_at=code.claimed_at,
        ended_at=code.ended_at,
        case_number=code.reference,
        exam_number=code.exam,
        site=code.site,
        starts_at=code.starts_at,
    )


def _write_entitlements(work: Work, balance: OpeningBalance, plan: OpeningPlan) -> None:
    work.does("entitlement.moved_in")
    work.session.add_all(
        Entitlement(
            organisation_id=balance.organisation_id,
            product_id=one.product_id,
            reference=one.reference,
            quantity=one.quantity,
            used_count=one.used,
            ends_on=one.ends_on,
            note=one.note,
            opening_id=balance.id,
            version=1,
        )
        for one in plan.entitlements
    )
    work.flush()


def _tell_holders(work: Work, balance: OpeningBalance) -> None:
    """Mail the claim links of codes that their holders can still use and have not claimed."""
    lines = select(OrderLine.id).join(OpeningOrder, OpeningOrder.order_id == OrderLine.order_id)
    batches = select(CodeBatch.id).where(
        CodeBatch.order_line_id.in_(lines.where(OpeningOrder.opening_id == balance.id))
    )
    waiting = (
        select(Code, Person)
        .join(Person, Person.id == Code.person_id)
        .where(
            Code.batch_id.in_(batches),
            Code.state == State.ASSIGNED,
            Code.claimed_at.is_(None),
            Code.sealed_text.is_not(None),
            Code.expires_at > work.now,
        )
    )
    found: Iterable[tuple[Code, Person]] = [(code, p) for code, p in work.session.execute(waiting)]
    tell_people(work, list(found))
