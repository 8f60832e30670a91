"""The public page behind a contact's one-time link: what has arrived, never a code (O5)."""

from __future__ import annotations

from flask import render_template

from vlms.accounts.links import get_open_link
from vlms.accounts.models import LinkPurpose
from vlms.codes.queries import list_batches
from vlms.codes.views.blueprint import delivery
from vlms.core.scope import System
from vlms.core.work import Actor
from vlms.orders.queries import get_order
from vlms.web.access import public
from vlms.web.unit_of_work import unit_of_work

_READER = Actor("delivery link")
_SCOPE = System("delivery link")


@delivery.get("/delivery/<token>")
@public
def show(token: str) -> str:
    with unit_of_work(actor=_READER, scope=_SCOPE) as work:
        link = get_open_link(work, token, LinkPurpose.OPEN_ORDER)
        order = get_order(work.session, link.subject_id)
        batches = list_batches(work.session, order.id)
        return render_template("delivery/show.html", order=order, batches=batches, link=link)
