"""Commands of the academic part: `vlms academy …`."""

from __future__ import annotations

import click

from vlms.academy.cli.benefits import benefits, grants
from vlms.academy.cli.certificates import certificates, courses
from vlms.academy.cli.roster import import_roster
from vlms.academy.cli.slips import slips


@click.group("academy")
def academy() -> None:
    """Packs, schools and rosters, sittings, Imagine Academy."""


academy.add_command(import_roster)
academy.add_command(slips)
academy.add_command(grants)
academy.add_command(benefits)
academy.add_command(courses)
academy.add_command(certificates)
