"""Commands of giving: `vlms giving …`."""

from __future__ import annotations

import click


@click.group("giving")
def giving() -> None:
    """Codes to many people: handouts, reminders, requests, providers' reports."""
