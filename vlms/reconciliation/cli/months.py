"""`vlms reconciliation match | months | close | reopen | decide | comment | give`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option, user_named
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, progress, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.paging import Listing
from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.reconciliation.cli.told import told_period
from vlms.reconciliation.cli.values import period_option
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.months import count_lines
from vlms.reconciliation.queries.periods import find_period, list_sign_offs, search_periods
from vlms.reconciliation.rules.differences import DifferenceState
from vlms.reconciliation.service.closing import close_period, reopen_period
from vlms.reconciliation.service.matching import match_in_pieces
from vlms.reconciliation.service.periods import period_for
from vlms.reconciliation.service.settling import Step, comment, give_to, settle

_reason = click.option(
    "--reason", required=True, type=Read(read_text(500), _("Reason")), help="Why."
)
_difference = click.argument("difference", metavar="DIFFERENCE", type=click.UUID)
_STEPS = [one.value for one in DifferenceState if one is not DifferenceState.GONE]


@click.command("months")
@reseller_option
@json_option
@with_app
def months(reseller: str, as_json: bool) -> None:
    """List a reseller's months: their state, and how many differences each has."""
    with reading(SCOPE) as session:
        reseller_id = reseller_named(session, reseller).id
        rows = [
            {
                "month": one.month,
                "state": one.state.value,
                "matched_at": one.matched_at and one.matched_at.isoformat(),
                "differences": sum((one.figures or {}).get("kinds", {}).values()),
            }
            for one in search_periods(session, Listing("-month", size=1_000)).rows
            if one.reseller_id == reseller_id
        ]
    print_rows(rows, as_json=as_json)


@click.command("match")
@reseller_option
@period_option
@click.option(
    "--tolerance", default=0, type=click.IntRange(0, 10_000), help="Minor units that may differ."
)
@json_option
@with_app
def match(reseller: str, month: str, tolerance: int, as_json: bool) -> None:
    """Match a month: charges, invoices, codes and the files of others."""
    with command_work() as work:
        period = period_for(work, reseller_named(work.session, reseller).id, month)
    match_with_progress(period, tolerance)
    with reading(SCOPE) as session:
        told = told_period(session, _period(session, reseller, month))
    print_told(told, as_json=as_json)


def match_with_progress(period: Period, tolerance: int = 0) -> None:
    """Match a month of any length; a bar tells how far it is."""
    with reading(SCOPE) as session:
        count = count_lines(session, period, system_clock())
    with progress("lines", count) as advance:
        match_in_pieces(command_work, period.id, tolerance, advance)


def print_told(told: dict[str, Any], *, as_json: bool) -> None:
    """A matched month: counts by class, then each difference with its cause."""
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for name, count in {**told["lines"], **told["counts"]}.items():
        if count:
            click.echo(f"{name}: {count}")
    for one in told["differences"]:
        click.echo(f"{one['id']} {one['side']} {one['class']} {one['state']}: {one['cause']}")


def _period(session: Session, reseller: str, month: str) -> Period:
    found = find_period(session, reseller_named(session, reseller).id, month)
    if found is None:
        raise NotFound(None, _("There is no such month."))
    return found


@click.command("close")
@reseller_option
@period_option
@click.option(
    "--paper", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the PDF."
)
@with_app
def close(reseller: str, month: str, paper: Path | None) -> None:
    """Close a month whose differences are all decided; keep the signed-off paper."""
    with command_work() as work:
        period = _period(work.session, reseller, month)
        body = close_period(work, period.id, Language.ENGLISH).paper
    if paper is not None:
        paper.write_bytes(body)
    click.echo(f"{month} is closed.")


@click.command("reopen")
@reseller_option
@period_option
@_reason
@with_app
def reopen(reseller: str, month: str, reason: str) -> None:
    """Open a closed month again."""
    with command_work() as work:
        reopen_period(work, _period(work.session, reseller, month).id, reason)
    click.echo(f"{month} is open.")


@click.command("paper")
@reseller_option
@period_option
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@with_app
def paper(reseller: str, month: str, path: Path) -> None:
    """Write the latest signed-off paper of a month."""
    with reading(SCOPE) as session:
        papers = list_sign_offs(session, _period(session, reseller, month).id)
        if not papers:
            raise NotFound(None, _("There is no such paper."))
        path.write_bytes(papers[0].paper)


@click.command("decide")
@_difference
@click.argument("state", type=click.Choice(_STEPS))
@_reason
@click.option("--reference", help="Their reference of a dispute.")
@with_app
def decide(difference: UUID, state: str, reason: str, reference: str | None) -> None:
    """Accept, dispute, write off, close a difference, or open it again."""
    with command_work() as work:
        settle(work, difference, Step(DifferenceState(state), reason, reference))
    click.echo(state)


@click.command("comment")
@_difference
@click.argument("note", type=Read(read_text(1000), _("Comment")))
@with_app
def add_comment(difference: UUID, note: str) -> None:
    """Write a comment on a difference."""
    with command_work() as work:
        comment(work, difference, note)


@click.command("give")
@_difference
@click.argument("email", required=False)
@with_app
def give(difference: UUID, email: str | None) -> None:
    """Say who of the reseller's looks after a difference; without an address: nobody."""
    with command_work() as work:
        owner_id = user_named(work.session, email).id if email is not None else None
        give_to(work, difference, owner_id)


COMMANDS = (months, match, close, reopen, paper, decide, add_comment, give)
