"""Commands of the academic part: `vlms academy …`."""

from __future__ import annotations

import click

from vlms.academy.cli.roster import import_roster
from vlms.academy.cli.slips import slips


@click.group("academy")
def academy() -> None:
    """Packs, schools and rosters, sittings, Imagine Academy."""


academy.add_command(import_roster)
academy.add_command(slips)
