"""Commands of reconciliation: `vlms reconciliation …`."""

from __future__ import annotations

import click


@click.group("reconciliation")
def reconciliation() -> None:
    """Statements, files of others, differences, periods."""
