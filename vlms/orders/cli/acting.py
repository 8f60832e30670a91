"""What is done with orders from the command line, one unit of work each."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import click

from vlms.core.commands import Read, with_app
from vlms.core.errors import NotFound
from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.cli.group import orders
from vlms.orders.cli.values import (
    as_option,
    get_agreement_by_number,
    get_order_by_number,
    key_of,
    line_option,
    moment_of,
    read_line,
    run,
)
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service import drafts, invoicing, placing, steps
from vlms.orders.service.long_delivery import deliver_or_plan

_REASON = Read(read_text(500), _("Reason"))
_REFERENCE = Read(optional(read_text(80)), _("Reference"))
_NOTE = Read(optional(read_text(500)), _("Note"))
_STEPS = {
    "processed": OrderStep.PROCESS,
    "acknowledged": OrderStep.ACKNOWLEDGE,
    "invoiced": OrderStep.INVOICE,
}


@orders.command()
@click.argument("agreement")
@line_option
@click.option(
    "--purchase-order",
    type=Read(optional(read_text(60)), _("Purchase-order number")),
    help="The buyer's own number.",
)
@click.option(
    "--cost-centre",
    type=Read(optional(read_text(60)), _("Cost centre")),
    help="The buyer's cost centre.",
)
@click.option("--place", "is_placed", is_flag=True, help="Place it at once.")
@as_option
@with_app
def create(agreement: str, lines: tuple[str, ...], email: str | None, **options: Any) -> None:
    """Begin an order under AGREEMENT."""

    def act(work: Work) -> Order:
        order = drafts.create_draft(work, get_agreement_by_number(work.session, agreement).id)
        facts = drafts.DraftFacts(
            tuple(read_line(work.session, line) for line in lines),
            options["purchase_order"],
            options["cost_centre"],
        )
        order = drafts.edit_draft(work, order.id, order.version, facts)
        return placing.place(work, order.id) if options["is_placed"] else order

    run(email, act)


@orders.command()
@click.argument("number")
@as_option
@with_app
def place(number: str, email: str | None) -> None:
    """Place a draft, or ask for its approval."""
    run(email, lambda work: placing.place(work, key_of(work, number)))


@orders.command()
@click.argument("number")
@as_option
@with_app
def approve(number: str, email: str | None) -> None:
    """Approve an order that waits for it, as another admin than the one who asked."""
    run(email, lambda work: placing.approve(work, key_of(work, number)))


@orders.command()
@click.argument("number")
@click.option("--reason", type=_REASON, required=True)
@as_option
@with_app
def decline(number: str, reason: str, email: str | None) -> None:
    """Send an order that waits for approval back to draft."""
    run(
        email,
        lambda work: placing.decline(work, key_of(work, number), reason),
    )


@orders.command()
@click.argument("number")
@click.argument("what", type=click.Choice(list(_STEPS)))
@click.option("--on", metavar="DAY|MOMENT", help="When it happened; else now.")
@click.option("--reference", type=_REFERENCE, help="Its number at the reseller or publisher.")
@click.option(
    "--keep-price", is_flag=True, help="Invoiced at the order's price, after a decline (P5)."
)
@as_option
@with_app
def step(number: str, what: str, on: str | None, email: str | None, **told: Any) -> None:
    """Record that an order was processed, acknowledged or invoiced.

    An invoice that makes it dearer waits for the customer: see `consent`.
    """
    taken = _STEPS[what]

    def act(work: Work) -> Order:
        order = get_order_by_number(work.session, number)
        since: datetime | None = getattr(order, steps.RECORDED[taken][1])
        zone = order.agreement.time_zone
        moment = moment_of(on, zone, work.now, since) if on else work.now
        keeps_price = told["keep_price"]
        return steps.record_step(
            work, order.id, taken, moment, told["reference"], keeps_price=keeps_price
        )

    run(email, act)


@orders.command()
@click.argument("number")
@as_option
@with_app
def consent(number: str, email: str | None) -> None:
    """Agree to the higher total of an order, so that its invoice is recorded."""
    run(email, lambda work: invoicing.give_consent(work, key_of(work, number)))


@orders.command("decline-consent")
@click.argument("number")
@click.option("--reason", type=_REASON, required=True)
@as_option
@with_app
def decline_consent(number: str, reason: str, email: str | None) -> None:
    """Decline the higher total of an order: it keeps its price and is not invoiced."""
    run(
        email,
        lambda work: invoicing.decline_consent(work, key_of(work, number), reason),
    )


@orders.command()
@click.argument("number")
@click.option("--line", "position", type=int, default=1, show_default=True, help="Its position.")
@click.option("--quantity", type=int, help="Else all that is open.")
@click.option("--note", type=_NOTE, help="Why it is short, and when the rest comes.")
@with_app
def deliver(number: str, position: int, quantity: int | None, note: str | None) -> None:
    """Deliver a line; many codes are made by the worker, as a job."""
    planned: list[UUID] = []

    def act(work: Work) -> Order:
        order = get_order_by_number(work.session, number)
        line = next((one for one in order.lines if one.position == position), None)
        if line is None:
            raise NotFound(None, _("There is no such line in this order."))
        count = line.quantity - line.delivered_quantity if quantity is None else quantity
        job = deliver_or_plan(work, order.id, line.id, count, note)
        planned[:] = [] if job is None else [job.id]
        return order

    run(None, act)
    for job_id in planned:
        click.echo(f"The codes are being made: vlms jobs wait {job_id}")


@orders.command()
@click.argument("number")
@click.option("--reason", type=_REASON, required=True)
@click.option("--reference", type=_REFERENCE)
@as_option
@with_app
def cancel(number: str, reason: str, reference: str | None, email: str | None) -> None:
    """Cancel an order, as long as nothing is delivered."""
    run(
        email,
        lambda work: steps.cancel(work, key_of(work, number), reason, reference),
    )
