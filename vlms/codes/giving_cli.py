"""Commands for one code of a batch: show it, give it to somebody, tell of the batch again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click
from sqlalchemy import select

from vlms.accounts.cli.values import json_option, person_named
from vlms.codes.actions import acts_on
from vlms.codes.holder_cli import code_row
from vlms.codes.holder_queries import nothing_here
from vlms.codes.models import Code, CodeBatch
from vlms.codes.queries import cost_centre_of, find_code_by_number
from vlms.codes.service import reserving, telling
from vlms.codes.service.charging_to import COST_CENTRE, read_cost_centre, set_cost_centre
from vlms.core.commands import Read, command_work, print_rows, with_app
from vlms.core.errors import NotFound
from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.core.work import Work

_number = click.argument("number", metavar="B-000012/7")
_person = click.argument("person", metavar="NUMBER|EMAIL")
_again = click.option("--again", is_flag=True, help="Also if the person has one already.")
cost_centre_option = click.option(
    "--cost-centre",
    type=Read(read_cost_centre, COST_CENTRE),
    help="Who bears it; without one, the cost centre of the order.",
)


@click.command(help="Show one code, masked; with --json what can be done with it and why not.")
@_number
@json_option
@with_app
def show(number: str, as_json: bool) -> None:
    with command_work() as work:
        code = named(work, number)
        row = _row(work, number, code)
        if as_json:
            row["acts"] = [act.as_json() for act in acts_on(work, code)]
    print_rows([row], as_json=as_json)


@click.command("reserve-this", help="Reserve this available code for a person (C2).")
@_number
@_person
@_again
@cost_centre_option
@json_option
@with_app
def reserve_this(
    number: str, person: str, again: bool, cost_centre: str | None, as_json: bool
) -> None:
    with command_work() as work:
        code = named(work, number)
        found = person_named(work.session, code.organisation_id, person)
        reserving.reserve_this(work, code.id, found.id, confirmed=again)
        name_cost_centre(work, code.id, cost_centre)
        row = _row(work, number, code)
    print_rows([row], as_json=as_json)


@click.command("change", help="Reserve a reserved code for another person instead (C2).")
@_number
@_person
@_again
@cost_centre_option
@json_option
@with_app
def change(number: str, person: str, again: bool, cost_centre: str | None, as_json: bool) -> None:
    with command_work() as work:
        code = named(work, number)
        found = person_named(work.session, code.organisation_id, person)
        reserving.change(work, code.id, found.id, confirmed=again)
        name_cost_centre(work, code.id, cost_centre)
        row = _row(work, number, code)
    print_rows([row], as_json=as_json)


@click.command(
    "charge-to", help='Correct the COST_CENTRE that bears a given code; "": its order\'s.'
)
@_number
@click.argument("cost_centre", type=Read(optional(read_cost_centre), COST_CENTRE))
@click.option("--reason", required=True, type=Read(read_text(500), _("Why")), help="Why.")
@with_app
def charge_to(number: str, cost_centre: str | None, reason: str) -> None:
    with command_work() as work:
        code = set_cost_centre(work, named(work, number).id, cost_centre, reason)
        click.echo(f"Borne by {cost_centre_of(code) or 'no cost centre'}.")


@click.command("tell-again", help='Send "your codes are here" of a BATCH (B-000012) again (O5).')
@click.argument("batch")
@with_app
def tell_again(batch: str) -> None:
    with command_work() as work:
        messages = telling.tell_again(work, batch_named(work, batch))
    click.echo(f"It will be sent to {', '.join(one.to_address for one in messages)}.")


def name_cost_centre(work: Work, code_id: UUID, cost_centre: str | None) -> None:
    """What the option said; without it the code stays with the one that it has."""
    if cost_centre is not None:
        set_cost_centre(work, code_id, cost_centre)


def named(work: Work, number: str) -> Code:
    """The code that people call B-000012/7. Raises BadCodeText."""
    code = find_code_by_number(work.session, number)
    if code is None:
        raise nothing_here()
    return code


def batch_named(work: Work, number: str) -> CodeBatch:
    """Raises NotFound."""
    found = work.session.scalar(select(CodeBatch).where(CodeBatch.number == number))
    if found is None:
        raise NotFound(None, _("There is no batch %(name)s.", name=number))
    return found


def _row(work: Work, number: str, code: Code) -> dict[str, Any]:
    """A code and who bears it, which is no business of its holder's."""
    return {**code_row(work, number, code), "cost_centre": cost_centre_of(code)}
