"""`vlms reconciliation reports`: statements that are sent by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.accounts.queries import find_user
from vlms.billing.cli.values import workspace_named, workspace_options
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_currency, read_email, read_text
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.cli.values import get_agreement_by_number
from vlms.reconciliation.models.reports import ReportFormat, ReportRhythm, SavedReport
from vlms.reconciliation.queries.reports import get_report, list_reports
from vlms.reconciliation.service.reports import (
    NARROWED_BY,
    NewReport,
    edit_report,
    pause_report,
    remove_report,
    resume_report,
    save_report,
    send_now,
    settings_of,
)

_FORMATS = {one.value.replace("_", "-"): one for one in ReportFormat}
_RHYTHMS = {"none": None, **{one.value: one for one in ReportRhythm}}


@click.group()
def reports() -> None:
    """Statements that are sent by themselves."""


@reports.command("list")
@workspace_options
@json_option
@with_app
def list_all(reseller: str | None, organisation: str | None, as_json: bool) -> None:
    """List the saved reports of a reseller or customer, and how their last run went."""
    with reading(SCOPE) as session:
        place = workspace_named(session, reseller, organisation)
        rows = [_row(one) for one in list_reports(session, place.id)]
    print_rows(rows, as_json=as_json)


def _row(one: SavedReport) -> dict[str, object]:
    return {
        "id": str(one.id),
        "name": one.name,
        "rhythm": one.rhythm and one.rhythm.value,
        "format": one.format.value,
        "recipients": one.recipients.split(),
        "next_at": one.next_at,
        "last_sent_at": one.last_sent_at,
        "failures": one.failure_count,
        "last_failure": one.last_failure,
        "stopped_at": one.stopped_at,
    }


@reports.command()
@click.argument("name", type=Read(read_text(120), _("Name")))
@click.option("--owner", required=True, type=Read(read_email, _("E-mail address of the owner")))
@click.option("--to", "recipients", multiple=True, type=Read(read_email, _("To")))
@click.option("--rhythm", default="none", show_default=True, type=click.Choice([*_RHYTHMS]))
@click.option("--as", "form", default="xlsx", show_default=True, type=click.Choice([*_FORMATS]))
@click.option("--customer", metavar="NAME", help="Of one customer only, by its short name.")
@click.option("--agreement", metavar="NUMBER", help="Of one agreement only.")
@click.option("--currency", type=Read(read_currency, _("Currency")), help="Of one currency only.")
@workspace_options
@with_app
def add(
    name: str,
    owner: str,
    recipients: tuple[str, ...],
    rhythm: str,
    form: str,
    **narrowed: str | None,
) -> None:
    """Keep a report; it is sent with the rights that its owner has then."""
    with command_work() as work:
        place = workspace_named(work.session, narrowed["reseller"], narrowed["organisation"])
        user = find_user(work.session, owner)
        if user is None:
            raise NotFound(None, _("There is no such user."))
        asked = _asked(work, narrowed)
        new = NewReport(name, asked, _FORMATS[form], _RHYTHMS[rhythm], recipients)
        report = save_report(work, place.id, user.id, new)
        click.echo(str(report.id))


@reports.command()
@click.argument("report_id", type=click.UUID)
@click.option("--name", type=Read(read_text(120), _("Name")))
@click.option("--to", "recipients", multiple=True, type=Read(read_email, _("To")))
@click.option("--rhythm", type=click.Choice([*_RHYTHMS]))
@click.option("--as", "form", type=click.Choice([*_FORMATS]))
@click.option("--customer", metavar="NAME", help='Of one customer only; "" for all.')
@click.option("--agreement", metavar="NUMBER", help='Of one agreement only; "" for all.')
@click.option("--currency", help='Of one currency only; "" for all.')
@with_app
def edit(report_id: UUID, recipients: tuple[str, ...], **typed: str | None) -> None:
    """Change a report; what is not given stays, --to names all of its recipients."""
    with command_work() as work:
        kept = settings_of(get_report(work.session, report_id, None))
        narrowed = {name: typed[name] for name in NARROWED_BY if typed[name] is not None}
        if narrowed.get("currency"):
            narrowed["currency"] = read_currency(str(narrowed["currency"]), _("Currency"))
        changed: dict[str, Any] = {"asked": {**kept.asked, **_asked(work, narrowed)}}
        if typed["name"]:
            changed["name"] = typed["name"]
        if recipients:
            changed["recipients"] = recipients
        if typed["form"]:
            changed["format"] = _FORMATS[typed["form"]]
        if typed["rhythm"]:
            changed["rhythm"] = _RHYTHMS[typed["rhythm"]]
        edit_report(work, report_id, replace(kept, **changed))
    click.echo("The report is saved.")


def _asked(work: Work, narrowed: dict[str, str | None]) -> dict[str, str]:
    """What narrows the statement, as its address says it; empty: nothing. Raises NotFound."""
    asked = {name: "" for name in NARROWED_BY if narrowed.get(name) == ""}
    if customer := narrowed.get("customer"):
        asked["customer"] = str(organisation_named(work.session, customer).id)
    if agreement := narrowed.get("agreement"):
        asked["agreement"] = str(get_agreement_by_number(work.session, agreement).id)
    if currency := narrowed.get("currency"):
        asked["currency"] = currency
    return asked


def _command(name: str, act: Callable[[Work, UUID], None], told: str, help_text: str) -> None:
    """A command that does something with one report."""

    @reports.command(name, help=help_text)
    @click.argument("report_id", type=click.UUID)
    @with_app
    def _do(report_id: UUID) -> None:
        with command_work() as work:
            act(work, report_id)
        click.echo(told)


_command("send", send_now, "The report is being sent.", "Send the last whole week or month now.")
_command("pause", pause_report, "The report is paused.", "Send a report no more until resumed.")
_command("resume", resume_report, "The report is sent again.", "Send a paused report again.")
_command("remove", remove_report, "The report is removed.", "Remove a report.")
