"""Deadlines as calendar files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Response, g, url_for

from vlms.agreements.queries import get_agreement
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.exports.calendar import TYPE, Entry, write_calendar
from vlms.insights.views.blueprint import insights, look_around
from vlms.orders.queries import get_order
from vlms.orders.service.showing import Calendar
from vlms.planning.clocks import (
    agreement_entries,
    order_entries,
    own_entries,
    workspace_entries,
)
from vlms.web.access import requires


@insights.get("/o/<organisation>/deadlines.ics")
@requires(Permission.VIEW_WORKSPACE)
def workspace_deadlines() -> Response:
    """All deadlines of the workspace that the visitor may see."""
    return _send(workspace_entries(look_around(), _address), g.workspace.name, "deadlines")


@insights.get("/o/<organisation>/orders/<uuid:order_id>/deadlines.ics")
@requires(Permission.VIEW_ORDERS)
def order_deadlines(order_id: UUID) -> Response:
    order = get_order(db.session(), order_id)
    entries = order_entries(Calendar(db.session()), order, _address)
    return _send(entries, order.number, f"order-{order.number}")


@insights.get("/o/<organisation>/agreements/<uuid:agreement_id>/deadlines.ics")
@requires(Permission.VIEW_AGREEMENTS)
def agreement_deadlines(agreement_id: UUID) -> Response:
    agreement = get_agreement(db.session(), agreement_id)
    today = local_day(g.now, agreement.time_zone)
    entries = agreement_entries(agreement, today, _address)
    return _send(entries, agreement.number, "agreement")


@insights.get("/my/deadlines.ics")
@requires(Permission.USE_OWN_CODES)
def own_deadlines() -> Response:
    """The visitor's own codes, in whatever organisation."""
    return _send(own_entries(db.session(), g.now, _address), str(_("My codes")), "my-codes")


def _address(endpoint: str, **arguments: Any) -> str:
    return url_for(endpoint, _external=True, **arguments)


def _send(entries: Iterable[Entry], name: str, file_name: str) -> Response:
    text = write_calendar(entries, g.now, name)
    disposition = {"Content-Disposition": f'attachment; filename="{file_name}.ics"'}
    return Response(text, mimetype=TYPE, headers=disposition)
