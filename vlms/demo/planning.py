"""The demo's history for the forecast: a class pack used week by week; and a plan of orders."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.queries import PersonFilter, list_people
from vlms.codes.models import Code, CodeBatch
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.assigning import finish_assign, start_assign
from vlms.codes.service.outcomes import record_start
from vlms.codes.service.registering import Booking, register
from vlms.codes.service.reserving import reserve_this
from vlms.demo.agreements import CAMPUS, MAIN
from vlms.demo.codes import DESK
from vlms.demo.orders import ADMINS, OPERATOR, Stage
from vlms.orders.models import OrderLine
from vlms.planning.queries.people_groups import EVERYBODY, TYPED
from vlms.planning.service.goals import GoalFacts, PlanFacts
from vlms.planning.service.order_plans import add_plan

# How many sat an exam, week by week; the last of them a week ago.
_WEEKS = (1, 2, 1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1)
_SITE = "Test Center 5512"


def play_planning(stage: Stage, orders: dict[str, UUID]) -> None:
    """Some of the class pack's codes, given together and used since."""
    codes = _give(stage, orders["campus"], sum(_WEEKS))
    first = -7 * len(_WEEKS)
    for week, count in enumerate(_WEEKS):
        _sit(stage, [codes.pop() for _number in range(count)], first + 7 * week)
    _plan(stage)


def _give(stage: Stage, order_id: UUID, count: int) -> list[UUID]:
    """Reserve and assign so many of an order's codes to people who have none."""
    with stage.act(ADMINS[CAMPUS], -107) as work:
        organisation_id = stage.agreements[CAMPUS].organisation_id
        people = list_people(work.session, organisation_id, PersonFilter(has_left=False))
        held = set(work.session.scalars(select(Code.person_id).where(Code.person_id.is_not(None))))
        codes = work.session.scalars(
            select(Code.id)
            .join(CodeBatch, Code.batch_id == CodeBatch.id)
            .join(OrderLine, CodeBatch.order_line_id == OrderLine.id)
            .where(OrderLine.order_id == order_id, Code.state == State.AVAILABLE)
            .order_by(Code.number.desc())
            .limit(count)
        ).all()
        without = [person for person in people if person.id not in held]
        for number, code_id in enumerate(codes):
            reserve_this(work, code_id, without[number % len(without)].id, confirmed=True)
            start_assign(work, code_id)
    with stage.act(OPERATOR, -106.9) as work:
        for code_id in codes:
            finish_assign(work, code_id)
    return list(codes)


def _sit(stage: Stage, codes: list[UUID], day: int) -> None:
    """Registered some days before, for the same hour."""
    starts_at = (stage.now + timedelta(days=day)).replace(minute=0, second=0, microsecond=0)
    if not codes:
        return
    with stage.act(DESK, day - 6) as work:
        for number, code_id in enumerate(codes):
            booking = Booking("AZ-900", _SITE, starts_at)
            register(work, get_code(work.session, code_id), booking, f"demo-{day}-{number}")
    with stage.act(DESK, day + 0.5) as work:
        for code_id in codes:
            record_start(work, get_code(work.session, code_id))


def _plan(stage: Stage) -> None:
    goals = (
        GoalFacts(TYPED, 25, "azure-fundamentals"),
        GoalFacts(EVERYBODY, None, "azure-administrator-associate"),
    )
    with stage.act(ADMINS[MAIN], -25) as work:
        agreement = stage.agreements[MAIN]
        begins_on = work.today(agreement.time_zone)
        add_plan(work, agreement.id, PlanFacts("Cloud team next year", begins_on, goals))
