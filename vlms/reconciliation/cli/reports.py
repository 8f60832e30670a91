"""`vlms reconciliation reports`: statements that are sent by themselves."""

from __future__ import annotations

from uuid import UUID

import click

from vlms.accounts.cli.values import json_option
from vlms.accounts.queries import find_user
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_currency, read_email, read_text
from vlms.core.text import _
from vlms.reconciliation.models.reports import ReportFormat, ReportRhythm
from vlms.reconciliation.queries.reports import list_reports
from vlms.reconciliation.service.reports import NewReport, remove_report, save_report


@click.group()
def reports() -> None:
    """Statements that are sent by themselves."""


@reports.command("list")
@reseller_option
@json_option
@with_app
def list_all(reseller: str, as_json: bool) -> None:
    """List a reseller's saved reports, and how their last run went."""
    with reading(SCOPE) as session:
        rows = [
            {
                "id": str(one.id),
                "name": one.name,
                "rhythm": one.rhythm and one.rhythm.value,
                "recipients": one.recipients.split(),
                "next_at": one.next_at,
                "failures": one.failure_count,
                "stopped_at": one.stopped_at,
            }
            for one in list_reports(session, reseller_named(session, reseller).id)
        ]
    print_rows(rows, as_json=as_json)


@reports.command()
@click.argument("name", type=Read(read_text(120), _("Name")))
@click.option("--owner", required=True, type=Read(read_email, _("E-mail address of the owner")))
@click.option("--to", "recipients", required=True, multiple=True, type=Read(read_email, _("To")))
@click.option("--rhythm", required=True, type=click.Choice([one.value for one in ReportRhythm]))
@click.option("--currency", type=Read(read_currency, _("Currency")))
@reseller_option
@with_app
def add(
    name: str, owner: str, recipients: tuple[str, ...], rhythm: str, **narrowed: str | None
) -> None:
    """Keep a report of a reseller; it is sent with the rights that its owner has then."""
    currency = narrowed["currency"]
    asked = {"currency": currency} if currency else {}
    new = NewReport(name, asked, ReportFormat.XLSX, ReportRhythm(rhythm), recipients)
    with command_work() as work:
        seller = reseller_named(work.session, str(narrowed["reseller"]))
        user = find_user(work.session, owner)
        if user is None:
            raise NotFound(None, _("There is no such user."))
        report = save_report(work, seller.id, user.id, new)
        click.echo(str(report.id))


@reports.command()
@click.argument("report_id", type=click.UUID)
@with_app
def remove(report_id: UUID) -> None:
    """Send a report no more."""
    with command_work() as work:
        remove_report(work, report_id)
    click.echo("The report is removed.")
