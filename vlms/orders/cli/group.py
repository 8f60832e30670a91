"""The command that the others hang on."""

from __future__ import annotations

import click


@click.group("orders")
def orders() -> None:
    """Orders and their steps."""
