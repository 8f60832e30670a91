"""Commands of planning: `vlms planning …`."""

from __future__ import annotations

import click

from vlms.planning.cli.calendar import calendar
from vlms.planning.cli.closings import closings
from vlms.planning.cli.moving_in import entitlements, moving_in
from vlms.planning.cli.order_plans import order_plans
from vlms.planning.cli.outlook import backtest, outlook
from vlms.planning.cli.renewals import renewals
from vlms.planning.cli.yields import yields


@click.group("planning")
def planning() -> None:
    """Money at risk, order plans, ends and renewals, calendar, moving in."""


planning.add_command(backtest)
planning.add_command(calendar)
planning.add_command(closings)
planning.add_command(entitlements)
planning.add_command(moving_in)
planning.add_command(order_plans)
planning.add_command(outlook)
planning.add_command(renewals)
planning.add_command(yields)
