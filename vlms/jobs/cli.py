"""`vlms worker`: delivers mail and does what is due, until it is told to stop."""

from __future__ import annotations

import signal
from threading import Event

import click
from flask import current_app

from vlms.core.clock import system_clock
from vlms.core.commands import with_app
from vlms.jobs.worker import plan_recurring, run_due, run_until


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@with_app
def worker(once: bool) -> None:
    """Run the worker alone."""
    kinds = current_app.extensions["vlms.jobs"]
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_told: stop.set())
    if once:
        plan_recurring(kinds, system_clock)
        click.echo(f"{run_due(kinds, system_clock, stop)} jobs done.")
        return
    run_until(stop, kinds, system_clock)
