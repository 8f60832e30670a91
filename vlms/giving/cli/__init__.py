"""Commands of giving: `vlms giving …`."""

from __future__ import annotations

import click

from vlms.giving.cli.arrivals import arrivals
from vlms.giving.cli.handouts import handouts
from vlms.giving.cli.provider_reports import provider_reports
from vlms.giving.cli.reminders import reminders
from vlms.giving.cli.requests import requests


@click.group("giving")
def giving() -> None:
    """Codes to many people: handouts, reminders, requests, providers' reports."""


giving.add_command(handouts)
giving.add_command(provider_reports)
giving.add_command(arrivals)
giving.add_command(requests)
giving.add_command(reminders)
