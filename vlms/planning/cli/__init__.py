"""Commands of planning: `vlms planning …`."""

from __future__ import annotations

import click


@click.group("planning")
def planning() -> None:
    """Money at risk, order plans, ends and renewals, calendar, moving in."""
