"""Lists, prices and papers of orders; nothing is written into the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask_babel import force_locale
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option
from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, SCOPE, print_rows, watched, with_app, written
from vlms.core.db import reading
from vlms.core.language import Language
from vlms.core.money import Money
from vlms.exports.csv import write_csv
from vlms.exports.document import Document
from vlms.exports.pdf import write_pdf
from vlms.exports.table import Table
from vlms.exports.xlsx import write_xlsx
from vlms.orders.acts import acts_on
from vlms.orders.cli.group import orders
from vlms.orders.cli.values import (
    day_of,
    get_agreement_by_number,
    get_order_by_number,
    line_option,
    read_line,
    window_days,
)
from vlms.orders.exports import line_table, order_form, order_table
from vlms.orders.models import Order, PriceConsent
from vlms.orders.queries import OrderFilter, list_lines, list_orders
from vlms.orders.quote_answer import full_sentence
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service.pricing import PricedOrder, price_order
from vlms.orders.service.showing import late_orders, quote_of

_WRITERS = {"xlsx": write_xlsx, "csv": write_csv, "pdf": write_pdf}


@orders.command("list")
@click.option("--search", metavar="WORDS", help="Number, purchase order or cost centre.")
@click.option("--state", type=click.Choice([state.value for state in OrderState]))
@click.option("--agreement", metavar="NUMBER", help="Only of this agreement.")
@click.option("--late", is_flag=True, help="Only those with something overdue.")
@json_option
@with_app
def list_all(as_json: bool, **options: Any) -> None:
    """List orders."""
    with reading(SCOPE) as session:
        rows = [_row(order) for order in list_orders(session, _filter(session, **options))]
    print_rows(rows, as_json=as_json)


def _filter(
    session: Session,
    search: str | None = None,
    state: str | None = None,
    agreement: str | None = None,
    late: bool = False,
) -> OrderFilter:
    return OrderFilter(
        search,
        None if state is None else OrderState(state),
        None if agreement is None else get_agreement_by_number(session, agreement).id,
        late_orders(session, system_clock()) if late else None,
    )


def _row(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "organisation": order.organisation.name,
        "agreement": order.agreement.number,
        "state": order.state.value,
        "ordered_on": order.ordered_on,
        "total": f"{Money(order.total_minor, order.currency).amount:f}",
        "currency": order.currency,
        "purchase_order": order.purchase_order,
    }


@orders.command()
@click.argument("number")
@json_option
@with_app
def show(number: str, as_json: bool) -> None:
    """Show an order with its price and history; with --json what can be done and why not."""
    with reading(SCOPE) as session:
        order = get_order_by_number(session, number)
        priced = quote_of(session, order, system_clock(), window_days())
        facts = {**_row(order), "lines": _lines(priced, order), "history": _history(order)}
        more = {
            "consents": [_consent(one) for one in order.consents],
            "acts": [act.as_json() for act in acts_on(OPERATOR, order, priced)],
        }
    if as_json:
        facts |= more
        click.echo(json.dumps(facts, ensure_ascii=False, default=str, indent=2))
        return
    for name in list(facts)[:-2]:
        click.echo(f"{name}: {facts[name] if facts[name] is not None else '-'}")
    print_rows([_short(line) for line in facts["lines"]], as_json=False)
    print_rows(facts["history"], as_json=False)


def _lines(priced: PricedOrder, order: Order | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place, line in enumerate(priced.lines):
        row = order.lines[place] if order else None
        facts = {
            "position": place + 1,
            "line_id": str(row.id) if row else None,
            "product": line.product.key,
            "quantity": line.wish.quantity,
            "delivered": row.delivered_quantity if row else 0,
            "charge_type": line.charge_type.value,
            "refused": line.refusal.rule if line.refusal else None,
            "reason": full_sentence(line.refusal) if line.refusal else None,
        }
        trace = {} if line.trace is None else line.trace.to_json()
        found.append({**trace, **facts})
    return found


def _short(line: dict[str, Any]) -> dict[str, Any]:
    names = ("position", "product", "quantity", "delivered", "formula", "charge_end", "reason")
    return {name: line.get(name) for name in names}


def _history(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "step": event.step.value,
            "happened_at": event.happened_at.isoformat(),
            "reference": event.reference,
            "note": event.note,
        }
        for event in order.events
    ]


def _consent(consent: PriceConsent) -> dict[str, Any]:
    """A higher total that the customer was asked to agree to (P5), in minor units."""
    return {
        "state": consent.state.value,
        "old_total_minor": consent.old_total_minor,
        "new_total_minor": consent.new_total_minor,
        "invoiced_at": consent.invoiced_at.isoformat(),
        "reference": consent.reference,
        "note": consent.note,
    }


@orders.command()
@click.argument("agreement")
@line_option
@click.option("--on", metavar="DAY", help="The order day; else today in the agreement's zone.")
@json_option
@with_app
def price(agreement: str, lines: tuple[str, ...], on: str | None, as_json: bool) -> None:
    """Price lines under AGREEMENT; nothing is written."""
    with reading(SCOPE) as session:
        found = get_agreement_by_number(session, agreement)
        day = day_of(on, found)
        wishes = [read_line(session, line) for line in lines]
        priced = price_order(session, found, wishes, day, window_days())
        facts: dict[str, Any] = {
            "agreement": found.number,
            "ordered_on": day.isoformat(),
            "currency": priced.currency,
            "level": priced.level,
            "points": priced.points,
            "total": None if priced.total is None else f"{priced.total.amount:f}",
            "before_tax": True,
            "lines": _lines(priced),
        }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str, indent=2))
        return
    print_rows([_short(line) for line in facts["lines"]], as_json=False)
    click.echo(f"Total before tax: {facts['total'] or '-'} {facts['currency']}")


@orders.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--form", type=click.Choice(list(_WRITERS)), help="Else the file's ending.")
@click.option("--lines", "as_lines", is_flag=True, help="Order lines instead of orders.")
@click.option("--order", "number", help="The order form of this order (PDF).")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@with_app
def export(file: Path, form: str | None, as_lines: bool, number: str | None, language: str) -> None:
    """Write orders, their lines, or one order form to FILE."""
    wanted = form or file.suffix.lstrip(".").lower()
    if wanted not in _WRITERS or (number and wanted != "pdf"):
        raise click.UsageError("Order forms are PDF; lists are xlsx, csv or pdf.")
    words = Language.TRADITIONAL_CHINESE if language == "zh" else Language.ENGLISH
    with reading(SCOPE) as session, force_locale(words.value), written(file) as out:
        if number:
            write_pdf(_paper(session, number, words), out)
        else:
            _WRITERS[wanted](_table(session, as_lines, wanted == "pdf"), out)
    click.echo(f"Wrote {file}.", err=True)


def _paper(session: Session, number: str, language: Language) -> Document:
    order = get_order_by_number(session, number)
    priced = quote_of(session, order, system_clock(), window_days())
    return order_form(order, priced, system_clock(), language)


def _table(session: Session, as_lines: bool, on_paper: bool) -> Table[Any]:
    now, wanted = system_clock(), OrderFilter()
    rows: Sequence[Any]
    if as_lines:
        rows = list_lines(session, wanted)
        return replace(line_table(rows, now, on_paper=on_paper), rows=watched("Lines", rows))
    rows = list_orders(session, wanted)
    return replace(order_table(rows, now), rows=watched("Orders", rows))
