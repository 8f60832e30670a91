"""Changes a draft from the command line, as its page does."""

from __future__ import annotations

import click

from vlms.core.commands import Read, with_app
from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.cli.group import orders
from vlms.orders.cli.values import LINE, as_option, get_order_by_number, read_line, run
from vlms.orders.models import Order
from vlms.orders.service import drafts

_PURCHASE_ORDER = Read(optional(read_text(60)), _("Purchase-order number"))
_COST_CENTRE = Read(optional(read_text(60)), _("Cost centre"))


@orders.command()
@click.argument("number")
@click.option("--line", "lines", multiple=True, metavar=LINE, help="All its lines, anew.")
@click.option("--purchase-order", help='The buyer\'s own number; "" takes it away.')
@click.option("--cost-centre", help='The buyer\'s cost centre; "" takes it away.')
@as_option
@with_app
def edit(
    number: str,
    lines: tuple[str, ...],
    purchase_order: str | None,
    cost_centre: str | None,
    email: str | None,
) -> None:
    """Change the draft NUMBER; lines that are given replace all, what is not given stays."""

    def act(work: Work) -> Order:
        order = get_order_by_number(work.session, number)
        facts = drafts.DraftFacts(
            tuple(read_line(work.session, line) for line in lines) or drafts.wishes_of(order),
            _given(_PURCHASE_ORDER, purchase_order, order.purchase_order),
            _given(_COST_CENTRE, cost_centre, order.cost_centre),
        )
        return drafts.edit_draft(work, order.id, order.version, facts)

    run(email, act)


def _given(reader: Read, typed: str | None, present: str | None) -> str | None:
    if typed is None:
        return present
    read = reader.convert(typed, None, None)
    return None if read is None else str(read)
