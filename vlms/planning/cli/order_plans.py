"""`vlms planning order-plans`: how many to order, by when, at what price (O6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import BadInput
from vlms.core.reading import read_day, read_text, read_whole
from vlms.core.text import _
from vlms.core.work import working
from vlms.orders.cli.values import get_agreement_by_number
from vlms.planning.queries.order_plans import (
    compare,
    first_order_day,
    get_plan,
    latest_version,
    list_plans,
)
from vlms.planning.queries.people_groups import TYPED
from vlms.planning.rules.needs import MOST_EXAMS, MOST_MONTHS, MOST_PEOPLE
from vlms.planning.service.goals import GoalFacts, PlanFacts
from vlms.planning.service.order_plans import (
    add_plan,
    change_plan,
    facts_of,
    make_draft,
    reckon_facts,
)
from vlms.planning.service.reckoning import Reckoning

_GOAL = "CERTIFICATION:PEOPLE[:MONTHS[:EXAMS]]"
_goals = click.option(
    "--goal",
    "goals",
    multiple=True,
    required=True,
    metavar=_GOAL,
    help="PEOPLE: how many, or a group: everybody, department=…, class=…",
)
_begins_on = click.option(
    "--begins-on",
    type=Read(read_day, _("Preparing begins on")),
    help="When preparing begins or began; today, if not given.",
)
_title = click.argument("title", type=Read(read_text(120), _("Title")))
_plan = click.argument("plan_id", type=click.UUID)


@click.group("order-plans")
def order_plans() -> None:
    """Plans of how many to order: people, certifications, months of preparation."""


@order_plans.command("list")
@click.argument("organisation")
@json_option
@with_app
def list_all(organisation: str, as_json: bool) -> None:
    """List the plans of an ORGANISATION (its short name), the latest first."""
    with reading(SCOPE) as session:
        plans = list_plans(session, organisation_named(session, organisation).id)
        rows = [
            {
                "id": str(plan.id),
                "title": plan.title,
                "agreement": plan.agreement.number,
                "version": plan.version,
                "exams_needed": sum(wave["needed"] for wave in latest_version(plan).result),
                "order_by": str(first_order_day(plan) or "") or None,
            }
            for plan in plans
        ]
    print_rows(rows, as_json=as_json)


@order_plans.command()
@click.argument("agreement")
@_begins_on
@_goals
@json_option
@with_app
def reckon(agreement: str, begins_on: date | None, goals: tuple[str, ...], as_json: bool) -> None:
    """What goals under an AGREEMENT (its number) come to: nothing is kept."""
    with working(OPERATOR, SCOPE, system_clock()) as work:
        found = get_agreement_by_number(work.session, agreement)
        facts = _facts("", begins_on, goals, work.today(found.time_zone))
        rows = list(_told(reckon_facts(work, found, facts)))
    print_rows(rows, as_json=as_json)


@order_plans.command()
@click.argument("agreement")
@_title
@_begins_on
@_goals
@with_app
def add(agreement: str, title: str, begins_on: date | None, goals: tuple[str, ...]) -> None:
    """Keep a plan under an AGREEMENT (its number); prints its id."""
    with command_work() as work:
        found = get_agreement_by_number(work.session, agreement)
        facts = _facts(title, begins_on, goals, work.today(found.time_zone))
        plan = add_plan(work, found.id, facts)
    click.echo(str(plan.id))


@order_plans.command()
@_plan
@_title
@_begins_on
@_goals
@with_app
def change(plan_id: UUID, title: str, begins_on: date | None, goals: tuple[str, ...]) -> None:
    """Keep a further version of a plan; its earlier ones stay."""
    with command_work() as work:
        plan = get_plan(work.session, plan_id)
        facts = _facts(title, begins_on, goals, plan.begins_on)
        plan = change_plan(work, plan_id, plan.version, facts)
        version = plan.version
    click.echo(f"Version {version} of the plan is kept.")


@order_plans.command()
@_plan
@json_option
@with_app
def show(plan_id: UUID, as_json: bool) -> None:
    """What a plan comes to today, month by month."""
    with working(OPERATOR, SCOPE, system_clock()) as work:
        plan = get_plan(work.session, plan_id)
        facts = facts_of(plan, latest_version(plan))
        rows = list(_told(reckon_facts(work, plan.agreement, facts)))
    print_rows(rows, as_json=as_json)


@order_plans.command("compare")
@_plan
@json_option
@with_app
def compared(plan_id: UUID, as_json: bool) -> None:
    """What was planned, and since then ordered, assigned and used, in exams."""
    with reading(SCOPE) as session:
        rows = [
            {
                "product": one.product.key,
                "planned": one.planned,
                "ordered": one.ordered,
                "assigned": one.given,
                "used": one.used,
            }
            for one in compare(session, get_plan(session, plan_id))
        ]
    print_rows(rows, as_json=as_json)


@order_plans.command()
@_plan
@with_app
def draft(plan_id: UUID) -> None:
    """Make an order draft of all that can be ordered today; prints its number."""
    with command_work() as work:
        order = make_draft(work, plan_id)
    click.echo(order.number)


def _facts(
    title: str, begins_on: date | None, goals: tuple[str, ...], otherwise: date
) -> PlanFacts:
    return PlanFacts(title, begins_on or otherwise, tuple(_goal(one) for one in goals))


def _goal(typed: str) -> GoalFacts:
    """CERTIFICATION:PEOPLE[:MONTHS[:EXAMS]]. Raises BadInput."""
    parts = typed.split(":")
    if not 2 <= len(parts) <= 4:
        raise BadInput(
            None,
            _('"%(goal)s" is no goal.', goal=typed[:80]),
            way_out=_("Write %(form)s.", form=_GOAL),
        )
    key, people, *rest = parts
    months = read_whole(1, MOST_MONTHS)(rest[0], _("Months of preparation")) if rest else None
    exams = read_whole(1, MOST_EXAMS)(rest[1], _("Exams each")) if len(rest) > 1 else None
    if people.isascii() and people.isdigit():
        count = read_whole(1, MOST_PEOPLE)(people, _("How many people"))
        return GoalFacts(TYPED, count, key, months, exams)
    return GoalFacts(people.replace("=", ":", 1), None, key, months, exams)


def _told(found: Reckoning) -> Iterator[dict[str, object]]:
    """A row for each day of exams and each day to order on."""
    for wave in found.waves:
        row = {
            "exam_on": wave.exam_on.isoformat(),
            "needed": wave.needed,
            "free": wave.free,
            "to_order": wave.missing,
            "order_by": wave.order_by.isoformat() if wave.missing else None,
        }
        if not wave.offers:
            why = wave.why_not
            yield {**row, **_NO_OFFER, "why_not": str(why) if why else None}
        for offer in wave.offers:
            total, lost = offer.total, offer.surplus_value
            yield {
                **row,
                "ordered_on": offer.on.isoformat(),
                "lines": ", ".join(f"{line.quantity} {line.product.key}" for line in offer.lines),
                "currency": found.agreement.currency,
                "total": f"{total.amount:f}" if total else None,
                "would_lapse": offer.surplus,
                "value_would_lapse": f"{lost.amount:f}" if lost else None,
                "why_not": str(offer.refusal) if offer.refusal else None,
            }


_NO_OFFER = dict.fromkeys(
    ("ordered_on", "lines", "currency", "total", "would_lapse", "value_would_lapse")
)
