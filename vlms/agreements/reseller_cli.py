"""A change of reseller from the command line."""

from __future__ import annotations

from datetime import date

import click

from vlms.agreements.models import Agreement
from vlms.agreements.queries import find_agreement, terms_of_resellers
from vlms.agreements.service.changing_reseller import NewReseller, plan_change, withdraw_change
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_day, read_text, shown
from vlms.core.text import _
from vlms.core.work import Work


@click.command("change-reseller")
@click.argument("number")
@click.option("--reseller", default="", help="Its name in addresses; none without it.")
@click.option(
    "--from", "first_day", type=Read(read_day, _("Day")), help="As 2026-04-01; else today."
)
@click.option("--hand-over", is_flag=True, help="Orders not invoiced yet go along.")
@click.option("--reason", type=Read(read_text(500), _("Reason")), required=True)
@with_app
def change_reseller(
    number: str, reseller: str, first_day: date | None, hand_over: bool, reason: str
) -> None:
    """Give the agreement NUMBER to another reseller from a day on."""
    with command_work() as work:
        agreement = _agreement(work, number)
        day = first_day or work.today(agreement.time_zone)
        change = plan_change(
            work, agreement.id, NewReseller(reseller or None, day, hand_over, reason)
        )
        done = "changed" if change.done_at else f"planned for {day}"
    click.echo(f"The reseller of agreement {number} is {done}.")


@click.command("withdraw-reseller-change")
@click.argument("number")
@with_app
def withdraw_reseller_change(number: str) -> None:
    """Withdraw the change of reseller that is planned for the agreement NUMBER."""
    with command_work() as work:
        agreement = _agreement(work, number)
        planned = [one for one in agreement.reseller_changes if one.done_at is None]
        if not planned:
            raise NotFound("O4", _("No change of reseller is planned for this agreement."))
        withdraw_change(work, planned[0].id)
    click.echo("It is withdrawn.")


@click.command("resellers")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_app
def resellers(number: str, as_json: bool) -> None:
    """List who takes on the agreement NUMBER from which day until which."""
    with reading(SCOPE) as session:
        agreement = find_agreement(session, number)
        if agreement is None:
            raise _unknown(number)
        rows = [
            {"reseller": one.reseller, "first_day": one.first_day, "last_day": one.last_day}
            for one in terms_of_resellers(agreement)
        ]
    print_rows(rows, as_json=as_json)


def _agreement(work: Work, number: str) -> Agreement:
    agreement = find_agreement(work.session, number)
    if agreement is None:
        raise _unknown(number)
    return agreement


def _unknown(number: str) -> NotFound:
    return NotFound(None, _('There is no agreement "%(number)s".', number=shown(number)))
