"""Keeps plans of orders, version by version, and makes order drafts of them (O6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vlms.agreements.models import Agreement
from vlms.agreements.queries import get_agreement
from vlms.core.errors import BadInput, Topic
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.models import Order
from vlms.orders.rules.proration import line_start
from vlms.orders.service.drafts import DraftFacts, create_draft, edit_draft
from vlms.orders.service.pricing import LineWish
from vlms.orders.service.transition import moved
from vlms.planning.models.order_plans import OrderPlan, OrderPlanDraft, OrderPlanVersion
from vlms.planning.queries.order_plans import get_plan, latest_version
from vlms.planning.service.goals import GoalFacts, PlanFacts, goals_of, with_people
from vlms.planning.service.offering import Offer
from vlms.planning.service.reckoning import Reckoning, Wave, reckon


def add_plan(work: Work, agreement_id: UUID, facts: PlanFacts) -> OrderPlan:
    """Keep a new plan under an agreement. Raises BadInput (O6), NotFound."""
    work.actor.require(Permission.EDIT_ORDER_PLANS)
    agreement = get_agreement(work.session, agreement_id)
    work.does("order_plan.added")
    plan = OrderPlan(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        title=facts.title,
        version=1,
        begins_on=facts.begins_on,
        made_at=work.now,
        made_by=work.actor.user_id,
    )
    work.session.add(plan)
    work.flush()
    _keep(work, plan, agreement, facts)
    return plan


def change_plan(work: Work, plan_id: UUID, version: int, facts: PlanFacts) -> OrderPlan:
    """Keep a further version of a plan, as of the one that its editor saw.

    Earlier versions stay as they were. Raises BadInput (O6), NotFound, and Conflict when
    somebody else has changed it meanwhile.
    """
    work.actor.require(Permission.EDIT_ORDER_PLANS)
    plan = get_plan(work.session, plan_id)
    changed = guarded_update(
        work.session,
        OrderPlan,
        OrderPlan.id == plan.id,
        OrderPlan.version == version,
        version=version + 1,
    )
    if changed != 1:
        raise moved()
    work.session.refresh(plan)
    work.does("order_plan.changed")
    plan.title, plan.begins_on = facts.title, facts.begins_on
    _keep(work, plan, plan.agreement, facts)
    return plan


def make_draft(work: Work, plan_id: UUID) -> Order:
    """An order draft of all that the plan needs and that can be ordered today.

    Raises BadInput (O6) when nothing can be, and what orders raise.
    """
    work.actor.require(Permission.EDIT_ORDER_PLANS)
    plan = get_plan(work.session, plan_id)
    version = latest_version(plan)
    found = reckon_facts(work, plan.agreement, facts_of(plan, version))
    if found.together is None:
        raise _nothing_today()
    order = create_draft(work, plan.agreement_id)
    wishes = tuple(_wishes(plan.agreement, found.together))
    order = edit_draft(work, order.id, order.version, DraftFacts(wishes))
    work.session.add(
        OrderPlanDraft(
            version_id=version.id,
            order_id=order.id,
            organisation_id=plan.organisation_id,
            agreement_id=plan.agreement_id,
            made_at=work.now,
        )
    )
    work.flush()
    return order


def facts_of(plan: OrderPlan, version: OrderPlanVersion) -> PlanFacts:
    """A version's rows as they were entered."""
    names = ("group", "people", "certification", "months", "exams_each")
    rows = (GoalFacts(**{name: row[name] for name in names}) for row in version.goals)
    return PlanFacts(plan.title, plan.begins_on, tuple(rows))


def reckon_facts(work: Work, agreement: Agreement, facts: PlanFacts) -> Reckoning:
    """What was entered, reckoned as of now."""
    today = work.today(agreement.time_zone)
    goals = goals_of(work.session, agreement.organisation_id, facts, today)
    plan = goals, facts.begins_on
    return reckon(work.session, agreement, plan, work.now, work.terms.order_early_days)


def _keep(work: Work, plan: OrderPlan, agreement: Agreement, facts: PlanFacts) -> None:
    today = work.today(agreement.time_zone)
    goals = goals_of(work.session, agreement.organisation_id, facts, today)
    found = reckon_facts(work, agreement, facts)
    work.session.add(
        OrderPlanVersion(
            organisation_id=plan.organisation_id,
            agreement_id=plan.agreement_id,
            plan_id=plan.id,
            version=plan.version,
            goals=with_people(facts.goals, goals),
            result=[_kept(wave) for wave in found.waves],
            saved_at=work.now,
            saved_by=work.actor.user_id,
        )
    )
    work.flush()


def _kept(wave: Wave) -> dict[str, Any]:
    """A wave as it was reckoned: what today's offer was, else the best one's."""
    offer = wave.today if wave.today and wave.today.total is not None else wave.best
    total = offer.total if offer else None
    return {
        "exam_on": wave.exam_on.isoformat(),
        "order_by": wave.order_by.isoformat(),
        "needed": wave.needed,
        "free": wave.free,
        "on": offer.on.isoformat() if offer else None,
        "lines": [
            {"product": line.product.key, "quantity": line.quantity, "exams": line.missing}
            for line in (offer.lines if offer else ())
        ],
        "total_minor": total.minor if total else None,
    }


def _wishes(agreement: Agreement, offer: Offer) -> list[LineWish]:
    """The lines of an offer; the next period is asked for only where it was taken (O3)."""
    start = line_start(offer.on, agreement.first_day)
    return [
        LineWish(
            line.wish.product_id,
            line.wish.quantity,
            next_period=line.trace is not None and line.trace.start > start,
        )
        for line in (offer.priced.lines if offer.priced else ())
    ]


def _nothing_today() -> BadInput:
    return BadInput(
        "O6",
        _("Nothing of this plan can be ordered today."),
        reason="nothing_to_order",
        way_out=_(
            "The plan says of each exam day what is missing and from when it can be ordered."
        ),
        ask=Topic.PRICING,
    )
