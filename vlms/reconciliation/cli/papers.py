"""`vlms reconciliation record-invoices`: the publisher's invoices of a file."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option
from vlms.core.commands import Read, command_work, print_rows, with_app
from vlms.core.reading import read_day
from vlms.core.text import _
from vlms.reconciliation.queries.publisher_papers import papers_in
from vlms.reconciliation.service.publisher_papers import record_papers


@click.command("record-invoices")
@click.argument("file_id", metavar="FILE", type=click.UUID)
@click.argument("day", type=Read(read_day, _("Day of the invoices")))
@json_option
@with_app
def record_invoices(file_id: UUID, day: date, as_json: bool) -> None:
    """Record each publisher's invoice of FILE (an id of `files list`) as of DAY."""
    with command_work() as work:
        rows = [
            {
                "number": one.number,
                "currency": one.currency,
                "net_minor": one.net.minor,
                "tax_minor": one.tax.minor,
                "unknown_rows": list(one.unknown_rows),
                "was_recorded": one.is_recorded,
                "recorded": one.is_ready,
            }
            for one in papers_in(work.session, file_id)
        ]
        record_papers(work, file_id, day)
    print_rows(rows, as_json=as_json)
