"""Commands of reconciliation: `vlms reconciliation …`."""

from __future__ import annotations

import click

from vlms.reconciliation.cli.files import files, mappings
from vlms.reconciliation.cli.importing import import_file
from vlms.reconciliation.cli.papers import record_invoices


@click.group("reconciliation")
def reconciliation() -> None:
    """Statements, files of others, differences, periods."""


reconciliation.add_command(files)
reconciliation.add_command(import_file)
reconciliation.add_command(mappings)
reconciliation.add_command(record_invoices)
