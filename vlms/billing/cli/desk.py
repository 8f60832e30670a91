"""A reseller's desk from the command line: what is due, and what to write about it."""

from __future__ import annotations

from typing import Any

import click
from flask_babel import force_locale

from vlms.accounts.cli.values import json_option
from vlms.accounts.models import Organisation
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.billing.messages import message_about
from vlms.billing.queries.customers import (
    Standing,
    list_customers,
    list_last_characters,
    standings,
)
from vlms.billing.queries.work_list import WaitingOrder, WorkFilter, list_work
from vlms.codes.queries import shown_of
from vlms.core import scope
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.text import _
from vlms.orders.cli.values import get_order_by_number
from vlms.orders.rules.deadline import Promise
from vlms.orders.service.showing import Calendar


@click.command()
@reseller_option
@click.option("--late", is_flag=True, help="Only what is overdue.")
@json_option
@with_app
def deadlines(reseller: str, late: bool, as_json: bool) -> None:
    """List the orders in progress of a reseller, late ones first."""
    with reading(SCOPE) as session:
        reseller_id = reseller_named(session, reseller).id
    with reading(scope.Reseller(reseller_id)) as session:
        rows = list_work(session, system_clock(), WorkFilter(late=late))
        found = [_row(row) for row in rows]
    print_rows(found, as_json=as_json)


def _row(row: WaitingOrder) -> dict[str, Any]:
    order = row.order
    return {
        "number": order.number,
        "organisation": order.organisation.name,
        "agreement": order.agreement.number,
        "state": order.state.value,
        "late": row.is_late,
        "due": [f"{one.promise.value} {one.due_at.isoformat()}" for one in row.open_deadlines],
        "record_next": row.step.value if row.step else None,
        "waits_for_consent": row.waits_for_consent,
    }


@click.command()
@reseller_option
@json_option
@with_app
def customers(reseller: str, as_json: bool) -> None:
    """List a reseller's customers, with what runs for each."""
    with reading(SCOPE) as session:
        place = reseller_named(session, reseller)
        reseller_id, zone = place.id, place.time_zone
    now = system_clock()
    with reading(scope.Reseller(reseller_id)) as session:
        found = list_customers(session)
        each = standings(session, [one.id for one in found], now, local_day(now, zone))
        rows = [_customer(one, each[one.id]) for one in found]
    print_rows(rows, as_json=as_json)


def _customer(customer: Organisation, standing: Standing) -> dict[str, Any]:
    return {
        "customer": customer.slug,
        "name": customer.name,
        "agreements": standing.agreement_count,
        "running": standing.running_count,
        "open_orders": standing.open_count,
        "late_orders": standing.late_count,
        "ordered": [str(total) for total in standing.totals],
    }


@click.command("last-characters")
@click.argument("order")
@click.option("--last4", help="Only codes that end so.")
@json_option
@with_app
def last_characters(order: str, last4: str | None, as_json: bool) -> None:
    """List the codes of ORDER for a dispute: number, last characters, state; never a code."""
    now = system_clock()
    with reading(SCOPE) as session:
        found = list_last_characters(session, get_order_by_number(session, order), last4)
        rows = [
            {
                "number": f"{code.batch.number}/{code.number}",
                "last4": code.last4,
                "product": code.product.key,
                "state": shown_of(code, now).value,
                "last_day": code.last_day,
            }
            for code in found
        ]
    print_rows(rows, as_json=as_json)


@click.command()
@click.argument("order")
@click.option(
    "--about",
    "promise",
    type=click.Choice([promise.value for promise in Promise]),
    required=True,
    help="What is due.",
)
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@with_app
def message(order: str, promise: str, language: str) -> None:
    """Print a ready-made message about what is due of ORDER; nothing is sent."""
    words = Language.TRADITIONAL_CHINESE if language == "zh" else Language.ENGLISH
    now = system_clock()
    with reading(SCOPE) as session, force_locale(words.value):
        found = get_order_by_number(session, order)
        dates = Calendar(session).dates(found)
        due = next((one for one in dates.deadlines if one.promise.value == promise), None)
        if due is None or due.met_at is not None:
            raise NotFound("O4", _("Nothing of this kind is due of this order."))
        ready = message_about(found, dates, due, now)
    click.echo(f"{ready.to.name} <{ready.to.email}>\n{ready.subject}\n\n{ready.body}")
