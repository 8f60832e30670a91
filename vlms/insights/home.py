"""The home page of a workspace: what its visitor may see of it, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from vlms.accounts.models import Person
from vlms.codes.request_queries import count_open_requests
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.insights.academy_figures import count_academy
from vlms.insights.academy_tasks import first_steps_of_school
from vlms.insights.agreement_figures import count_agreements
from vlms.insights.code_figures import count_codes
from vlms.insights.operations import Operations, count_operations
from vlms.insights.order_figures import count_orders
from vlms.insights.task import FirstStep, Task
from vlms.insights.tasks import Figures, list_tasks
from vlms.notices.models import Mailing, MessageState, OutboxMessage
from vlms.planning.looking import Look

_P = Permission


@dataclass(frozen=True)
class Home:
    figures: Figures
    tasks: Sequence[Task]
    first_steps: Sequence[FirstStep] = ()


def open_home(look: Look) -> Home:
    """Counts what the visitor's permissions let them see; each figure is one statement."""
    figures = Figures(
        agreements=count_agreements(look) if look.may(_P.VIEW_AGREEMENTS) else None,
        orders=count_orders(look.session, look.now) if look.may(_P.VIEW_ORDERS) else None,
        codes=count_codes(look.session, look.now) if look.may(_P.VIEW_CODES) else None,
        requests=count_open_requests(look.session) if look.may(_P.ANSWER_REQUESTS) else 0,
        dead_messages=_dead_messages(look) if look.may(_P.VIEW_MESSAGES) else 0,
        operations=_operations(look) if look.may(_P.EDIT_SYSTEM) else None,
        academy=count_academy(look),
    )
    steps = _first_steps(look, figures) or first_steps_of_school(look)
    return Home(figures, list_tasks(look, figures), steps)


def _operations(look: Look) -> Operations:
    return count_operations(look.session, look.actor, look.now)


def _dead_messages(look: Look) -> int:
    dead = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.state == MessageState.DEAD, OutboxMessage.mailing != Mailing.NEVER
    )
    return int(look.session.scalar(dead) or 0)


def _first_steps(look: Look, figures: Figures) -> Sequence[FirstStep]:
    """Until the first codes or packs are there, what leads to them."""
    agreements, orders, codes = figures.agreements, figures.orders, figures.codes
    buys = look.buys and look.may(_P.PLACE_ORDERS)
    packs = figures.academy.packs if figures.academy else None
    has_packs = packs is not None and packs.running_count > 0
    if not (buys and agreements and orders and codes) or codes.total or has_packs:
        return ()
    people = int(look.session.scalar(select(func.count(Person.id))) or 0)
    return (
        FirstStep(
            _("Enter the agreement under which you order."),
            "agreements.create",
            agreements.total > 0,
        ),
        FirstStep(
            _("Invite a second licensing admin, so that one may be away."),
            "roles.new",
            agreements.total > 0 and not agreements.short,
        ),
        FirstStep(_("Enter the people who are to get codes."), "people.index", people > 0),
        FirstStep(_("Place the first order."), "orders.new", orders.total > 0),
    )
