"""Commands of the academic part: `vlms academy …`."""

from __future__ import annotations

import click

from vlms.academy.cli.benefits import benefits, grants
from vlms.academy.cli.certificates import certificates, courses
from vlms.academy.cli.packs import pack_quotas, packs, requests
from vlms.academy.cli.reports import lapsing, rollover, term_report, use
from vlms.academy.cli.roster import import_roster
from vlms.academy.cli.schools import class_members, classes, schools, terms
from vlms.academy.cli.sites import sites
from vlms.academy.cli.sittings import sittings
from vlms.academy.cli.slips import slips


@click.group("academy")
def academy() -> None:
    """Packs, schools and rosters, sittings, Imagine Academy."""


academy.add_command(import_roster)
academy.add_command(schools)
academy.add_command(classes)
academy.add_command(class_members)
academy.add_command(terms)
academy.add_command(slips)
academy.add_command(grants)
academy.add_command(benefits)
academy.add_command(courses)
academy.add_command(certificates)
academy.add_command(packs)
academy.add_command(pack_quotas)
academy.add_command(requests)
academy.add_command(sites)
academy.add_command(use)
academy.add_command(lapsing)
academy.add_command(term_report)
academy.add_command(rollover)
academy.add_command(sittings)
