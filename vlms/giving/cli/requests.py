"""`vlms giving requests`: voucher requests, answered from the command line."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import click

from vlms.accounts.cli.values import (
    json_option,
    organisation_named,
    own_option,
    own_work,
    user_named,
)
from vlms.accounts.queries import list_persons_of
from vlms.catalog.queries import find_product
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_day, read_text, shown
from vlms.core.text import _
from vlms.giving.models.requests import AskState, LimitKind, VoucherLimit, VoucherRequest
from vlms.giving.queries.requests import get_request, list_limits, list_requests
from vlms.giving.rules.request_limits import Limit
from vlms.giving.service.request_limits import remove_limit, set_limit
from vlms.giving.service.request_line import approve_and_assign, serve_all
from vlms.giving.service.requests import Wish, approve, ask, refuse, withdraw
from vlms.giving.service.team import list_members, nudge, team_of

_id = click.argument("request_id", metavar="ID", type=click.UUID)
_slug = click.argument("slug", metavar="ORGANISATION")
_STATES = click.Choice([state.value for state in AskState])
_KINDS = click.Choice([kind.value for kind in LimitKind])
_REASON = Read(read_text(500), _("Reason"))


@click.group()
def requests() -> None:
    """Voucher requests: asked for, approved, refused, waiting."""


@requests.command("list")
@_slug
@click.option("--state", type=_STATES)
@json_option
@with_app
def list_all(slug: str, state: str | None, as_json: bool) -> None:
    """The requests of an organisation, the oldest first."""
    with reading(SCOPE) as session:
        owner_id = organisation_named(session, slug).id
        found = list_requests(session, AskState(state) if state else None, owner_id)
        rows = [_row(one) for one in found]
    print_rows(rows, as_json=as_json)


@requests.command("ask")
@click.argument("product", metavar="PRODUCT")
@click.argument("reason", type=_REASON)
@click.option("--on", "wanted_on", type=Read(read_day, _("Wanted on")), required=True)
@click.option("--exam", help="Its number, as AZ-900.")
@own_option
@with_app
def ask_for(product: str, reason: str, wanted_on: date, exam: str | None, email: str) -> None:
    """Ask for a voucher of the PRODUCT (its key), for oneself."""
    with own_work(email) as work:
        assert work.actor.user_id is not None
        persons = list_persons_of(work.session, work.actor.user_id)
        found = find_product(work.session, product)
        present = [person for person in persons if person.left_at is None]
        if found is None or not present:
            raise NotFound(None, _("There is no product %(name)s.", name=shown(product)))
        request = ask(work, present[0].id, Wish(found.id, exam, reason, wanted_on))
        request_id = request.id
    click.echo(f"{request_id}")


@requests.command("withdraw")
@_id
@own_option
@with_app
def withdraw_own(request_id: UUID, email: str) -> None:
    """Take one's own request ID back."""
    with own_work(email) as work:
        withdraw(work, get_request(work.session, request_id))
    click.echo("Withdrawn.")


@requests.command("approve")
@_id
@click.option("--remark", type=_REASON, help="A note to the person.")
@click.option("--assign", "assigns", is_flag=True, help="Assign the code too, if one is free.")
@with_app
def approve_one(request_id: UUID, remark: str | None, assigns: bool) -> None:
    """Approve the request ID; a code is reserved, or it waits in line."""
    with command_work() as work:
        act = approve_and_assign if assigns else approve
        act(work, get_request(work.session, request_id), remark)
    with reading(SCOPE) as session:
        click.echo(get_request(session, request_id).state.value)


@requests.command("refuse")
@_id
@click.argument("reason", type=_REASON)
@with_app
def refuse_one(request_id: UUID, reason: str) -> None:
    """Refuse the request ID with a reason."""
    with command_work() as work:
        refuse(work, get_request(work.session, request_id), reason)
    click.echo("Refused.")


@requests.command("serve")
@with_app
def serve() -> None:
    """Give the free codes to those who wait, in order."""
    click.echo(f"{serve_all(command_work)} served.")


@requests.command("limits")
@_slug
@json_option
@with_app
def limits(slug: str, as_json: bool) -> None:
    """How many may be asked for in a year."""
    with reading(SCOPE) as session:
        owner_id = organisation_named(session, slug).id
        rows = [_limit_row(one) for one in list_limits(session, owner_id)]
    print_rows(rows, as_json=as_json)


@requests.command("set-limit")
@_slug
@click.argument("kind", type=_KINDS)
@click.argument("most", type=click.IntRange(0, 100_000), required=False)
@click.option("--from-year", type=click.IntRange(2000, 2100), help="Else this year.")
@click.option("--department", default="", help="One alone; else each of them.")
@with_app
def set_one(slug: str, kind: str, most: int | None, from_year: int | None, department: str) -> None:
    """At most so many a year; without MOST as many as are asked for."""
    with command_work() as work:
        limit = Limit(department, from_year or system_clock().year, most)
        set_limit(work, organisation_named(work.session, slug).id, LimitKind(kind), limit)
    click.echo("Set.")


@requests.command("remove-limit")
@click.argument("limit_id", metavar="ID", type=click.UUID)
@with_app
def remove_one(limit_id: UUID) -> None:
    """Let what held before hold again."""
    with command_work() as work:
        remove_limit(work, limit_id)
    click.echo("Removed.")


@requests.command("team")
@own_option
@json_option
@with_app
def team(email: str, as_json: bool) -> None:
    """How the codes of one's own people stand; never a code."""
    with reading(SCOPE) as session:
        own = team_of(user_named(session, email).id)
    with reading(own) as session:
        members = list_members(session, own, system_clock())
        rows = [
            {"id": str(code.id), "person": one.person.name, "product": code.product.key}
            | {"state": shown_state.value, "last_day": code.last_day.isoformat()}
            for one in members
            for code, shown_state in one.codes
        ]
    print_rows(rows, as_json=as_json)


@requests.command("nudge")
@click.argument("code_id", metavar="ID", type=click.UUID)
@own_option
@with_app
def nudge_one(code_id: UUID, email: str) -> None:
    """Remind one of one's people of a code, once a week; `team` tells its ID."""
    with reading(SCOPE) as session:
        own = team_of(user_named(session, email).id)
    with own_work(email, own) as work:
        nudge(work, code_id)
    click.echo("The reminder is on its way.")


def _row(request: VoucherRequest) -> dict[str, Any]:
    return {
        "id": str(request.id),
        "person": request.person.name,
        "department": request.department,
        "product": request.product.key,
        "exam": request.exam_number,
        "wanted_on": request.wanted_on.isoformat(),
        "state": request.state.value,
        "asked_at": request.asked_at.isoformat(),
        "reason": request.reason,
        "answer": request.answer,
    }


def _limit_row(limit: VoucherLimit) -> dict[str, Any]:
    return {
        "id": str(limit.id),
        "kind": limit.kind.value,
        "department": limit.department,
        "from_year": limit.from_year,
        "most": limit.most,
    }
