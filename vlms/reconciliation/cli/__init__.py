"""Commands of reconciliation: `vlms reconciliation …`."""

from __future__ import annotations

import click

from vlms.billing.cli.statements import statement
from vlms.reconciliation.cli.files import files, mappings
from vlms.reconciliation.cli.importing import import_file
from vlms.reconciliation.cli.months import COMMANDS
from vlms.reconciliation.cli.papers import record_invoices
from vlms.reconciliation.cli.reports import reports


@click.group("reconciliation")
def reconciliation() -> None:
    """Statements, files of others, differences, periods."""


reconciliation.add_command(files)
reconciliation.add_command(import_file)
reconciliation.add_command(mappings)
reconciliation.add_command(record_invoices)
reconciliation.add_command(reports)
reconciliation.add_command(statement)
for command in COMMANDS:
    reconciliation.add_command(command)
