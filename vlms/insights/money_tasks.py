"""What waits of a reseller's money: invoices that are overdue, orders to be invoiced."""

from __future__ import annotations

from collections.abc import Iterator

from vlms.billing.queries.invoicing import count_open_orders
from vlms.billing.queries.receipts import OpenFilter, count_open
from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.text import ngettext
from vlms.insights.task import Task
from vlms.planning.looking import Look


def tasks_of_money(look: Look) -> Iterator[Task]:
    """None but for a reseller, who asks its customers for them."""
    if look.kind != "reseller":
        return
    if look.may(Permission.VIEW_INVOICES):
        yield _overdue(look)
    if look.may(Permission.EDIT_INVOICES):
        yield _to_invoice(look)


def _overdue(look: Look) -> Task:
    today = local_day(look.now, look.zone)
    count = count_open(look.session, OpenFilter(look.organisation_id, due_before=today))
    sentence = ngettext(
        "%(number)s invoice to a customer is overdue: remind it of the payment.",
        "%(number)s invoices to customers are overdue: remind them of the payment.",
        count,
    )
    return Task("overdue", count, sentence, "receipts.due", {"late": "yes"}, "red", "hourglass")


def _to_invoice(look: Look) -> Task:
    count = count_open_orders(look.session, look.organisation_id)
    sentence = ngettext(
        "%(number)s order can be invoiced to its customer.",
        "%(number)s orders can be invoiced to their customers.",
        count,
    )
    return Task("to_invoice", count, sentence, "invoices.to_invoice", {}, "blue", "receipt")
