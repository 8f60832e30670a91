"""`vlms codes`: what the pages of codes do, from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import organisation_named, person_named
from vlms.agreements.models import Agreement
from vlms.catalog.cli_values import product_named
from vlms.codes.exports import code_table, number_of
from vlms.codes.giving_cli import (
    batch_named,
    change,
    charge_to,
    cost_centre_option,
    name_cost_centre,
    reserve_this,
    show,
    tell_again,
)
from vlms.codes.holder_cli import activate, cancel, check, move, outcome, register, replace
from vlms.codes.models import Code
from vlms.codes.queries import (
    CodeFilter,
    cost_centre_of,
    every_code,
    find_code_by_number,
    shown_of,
)
from vlms.codes.rules.shown_state import Shown
from vlms.codes.service import assigning, reserving, voiding
from vlms.codes.service.disclosing import claim_paths
from vlms.codes.sheets import batch_sheet, claim_card
from vlms.core.commands import Read, command_work, print_rows, watched, with_app, written
from vlms.core.errors import NotFound
from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.csv import write_csv
from vlms.exports.pdf import write_pdf
from vlms.exports.table import Table
from vlms.exports.xlsx import write_xlsx

_WRITERS: dict[str, Callable[[Table[Any], BinaryIO], None]] = {
    ".xlsx": write_xlsx,
    ".csv": write_csv,
    ".pdf": write_pdf,
}
_STATES = click.Choice([shown.value for shown in Shown])
_REASON = Read(optional(read_text(500)), _("Reason"))
_PATH = click.Path(dir_okay=False, path_type=Path)


@click.group()
def codes() -> None:
    """Codes: list, reserve, assign, register, record, export."""


@codes.command("list")
@click.option("--state", type=_STATES, help="Only codes in this state.")
@click.option("--product", help="Only of this product, by key.")
@click.option("--agreement", help="Only under this agreement, by number.")
@click.option("--search", "words", help="Last characters, B-000012/7, or a person's name.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@with_app
def list_codes(
    state: str | None, product: str | None, agreement: str | None, words: str | None, as_json: bool
) -> None:
    """List codes, masked."""
    with command_work() as work:
        wanted = _filter(work.session, state, product, agreement, words)
        rows = [_row(code, work) for code in every_code(work.session, wanted, work.now)]
    print_rows(rows, as_json=as_json)


@codes.command()
@click.argument("person")
@click.option("--organisation", required=True, help="The person's organisation, by slug.")
@click.option("--product", required=True, help="The product's key.")
@click.option("--agreement", help="Only under this agreement, by number.")
@click.option("--count", default=1, type=click.IntRange(1, 1000), help="How many.")
@click.option("--again", is_flag=True, help="Also if the person has one already.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@cost_centre_option
@with_app
def reserve(person: str, organisation: str, product: str, as_json: bool, **options: Any) -> None:
    """Reserve codes for a PERSON, by address or number (C2)."""
    with command_work() as work:
        found = person_named(
            work.session, organisation_named(work.session, organisation).id, person
        )
        wanted = _filter(work.session, None, product, options["agreement"], None)
        assert wanted.product_id is not None
        given = reserving.reserve(
            work,
            found.id,
            wanted.product_id,
            wanted.agreement_id,
            options["count"],
            confirmed=options["again"],
        )
        for code in given:
            name_cost_centre(work, code.id, options["cost_centre"])
        rows = [_row(code, work) for code in given]
    print_rows(rows, as_json=as_json)


@codes.command()
@click.argument("number")
@cost_centre_option
@with_app
def assign(number: str, cost_centre: str | None) -> None:
    """Assign a reserved code; after its delay it stays with its person for good (C2)."""

    def act(work: Work, code_id: UUID) -> Code:
        name_cost_centre(work, code_id, cost_centre)
        return assigning.start_assign(work, code_id)

    _step(number, act)


@codes.command("call-back")
@click.argument("number")
@with_app
def call_back(number: str) -> None:
    """Call an assignment back while its delay runs (C2)."""
    _step(number, assigning.call_back)


@codes.command()
@click.argument("number")
@click.option("--reason", type=_REASON, help="Why; the journal keeps it.")
@with_app
def release(number: str, reason: str | None) -> None:
    """Make a reserved code available again (C2)."""
    _step(number, lambda work, code_id: reserving.release(work, code_id, reason))


@codes.command()
@click.argument("number")
@click.option(
    "--case",
    "case_number",
    type=Read(optional(read_text(60)), _("Provider's case number")),
    help="The provider's case number, once it is reserved.",
)
@click.option("--reason", type=_REASON, help="Why; the journal keeps it.")
@with_app
def void(number: str, case_number: str | None, reason: str | None) -> None:
    """Make a code void for good (C6)."""
    _step(number, lambda work, code_id: voiding.void(work, code_id, case_number, reason))


@codes.command()
@click.argument("file", type=_PATH)
@click.option("--state", type=_STATES, help="Only codes in this state.")
@click.option("--product", help="Only of this product, by key.")
@click.option("--agreement", help="Only under this agreement, by number.")
@with_app
def export(file: Path, state: str | None, product: str | None, agreement: str | None) -> None:
    """Write codes to FILE (.xlsx, .csv or .pdf), masked (C8); `vlms disclosures` has others."""
    if file.suffix not in _WRITERS:
        raise click.UsageError("FILE must end in .xlsx, .csv or .pdf.")
    with command_work() as work:
        wanted = _filter(work.session, state, product, agreement, None)
        found = watched("Codes", every_code(work.session, wanted, work.now))
        table = code_table(found, work.now, "UTC")
    with written(file) as out:
        _WRITERS[file.suffix](table, out)
    click.echo(f"Written to {file}.")


@codes.command()
@click.argument("batch")
@click.argument("file", type=_PATH)
@with_app
def sheet(batch: str, file: Path) -> None:
    """Write the voucher sheet of a BATCH (B-000012) to FILE as PDF, with claim QRs (C8)."""
    with command_work() as work:
        found = batch_named(work, batch)
        base_url = current_app.config["SETTINGS"].base_url
        cards = [
            claim_card(code, base_url + path, lambda spoken: force_locale(spoken.value))
            for code, path in claim_paths(work, found)
        ]
        paper = batch_sheet(found, cards, work.now)
    with written(file) as out:
        write_pdf(paper, out)
    click.echo(f"Written to {file}.")


def _step(number: str, act: Callable[[Work, Any], Code]) -> None:
    with command_work() as work:
        code = find_code_by_number(work.session, number)
        if code is None:
            raise NotFound(None, _("There is no code %(name)s.", name=number))
        row = _row(act(work, code.id), work)
    print_rows([row], as_json=False)


def _row(code: Code, work: Work) -> dict[str, Any]:
    return {
        "number": number_of(code),
        "product": code.product.key,
        "agreement": code.agreement.number,
        "state": shown_of(code, work.now).value,
        "last4": code.last4,
        "last_day": code.last_day.isoformat(),
        "time_zone": code.time_zone,
        "person": code.person.name if code.person else None,
        "cost_centre": cost_centre_of(code),
        "taken_out_at": code.taken_out_at.isoformat() if code.taken_out_at else None,
        "assign_due_at": code.assign_due_at.isoformat() if code.assign_due_at else None,
    }


def _filter(
    session: Session,
    state: str | None,
    product: str | None,
    agreement: str | None,
    words: str | None,
) -> CodeFilter:
    under = session.scalar(select(Agreement).where(Agreement.number == agreement))
    if agreement and under is None:
        raise NotFound(None, _("There is no agreement %(name)s.", name=agreement))
    return CodeFilter(
        state=Shown(state) if state else None,
        product_id=product_named(session, product).id if product else None,
        agreement_id=under.id if under else None,
        words=words,
    )


for command in (
    *(show, reserve_this, change, charge_to, tell_again),
    *(register, move, cancel, outcome, activate, replace, check),
):
    codes.add_command(command)
