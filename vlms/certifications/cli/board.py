"""The board on the command line: an organisation's certifications by state, team and month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, organisation_named, person_named
from vlms.accounts.directory_queries import names_of_managers
from vlms.certifications.models import HeldCertification
from vlms.certifications.queries.board import BoardFilter, count_months, count_states, list_board
from vlms.certifications.rules.board_edges import edges_on
from vlms.certifications.rules.renewal import ZONE, RenewalState, state_at
from vlms.certifications.terms import renewal_terms
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, Read, print_rows, with_app
from vlms.core.db import reading
from vlms.core.near_days import read_near_month
from vlms.core.text import _


@click.command("board")
@click.argument("slug", metavar="ORGANISATION")
@click.option("--state", type=click.Choice([one.value for one in RenewalState]))
@click.option("--month", type=Read(read_near_month, _("Month of expiry")), metavar="YYYY-MM")
@click.option("--team", "manager", metavar="MANAGER", help="Whose people; number or address.")
@click.option("--counts", is_flag=True, help="Only how many, by state and by month.")
@json_option
@with_app
def board(
    slug: str,
    state: str | None,
    month: date | None,
    manager: str | None,
    counts: bool,
    as_json: bool,
) -> None:
    """The certifications of an organisation that expire, what ends first on top."""
    now = system_clock()
    today = local_day(now, ZONE)
    terms = renewal_terms(today).terms
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug).id
        team = person_named(session, owner, manager).id if manager else None
        asked = BoardFilter(
            edges_on(today, terms), owner, RenewalState(state) if state else None, month, team
        )
        if counts:
            rows: list[dict[str, object]] = [
                {"by": "state", "of": one.value, "count": count}
                for one, count in count_states(session, asked).items()
            ]
            rows += [
                {"by": "month", "of": f"{first:%Y-%m}", "count": count}
                for first, count in count_months(session, asked)
            ]
        else:
            found = list_board(session, asked)
            names = names_of_managers(session, [one.person for one in found])
            rows = [_row(one, names, state_at(one.expires_on, now, terms).value) for one in found]
    print_rows(rows, as_json=as_json)


def _row(held: HeldCertification, managers: Mapping[UUID, str], state: str) -> dict[str, object]:
    manager_id = held.person.manager_id
    return {
        "id": str(held.id),
        "person": held.person.name,
        "manager": managers.get(manager_id) if manager_id else None,
        "certification": held.certification_key,
        "earned_on": held.earned_on.isoformat(),
        "expires_on": held.expires_on.isoformat() if held.expires_on else None,
        "state": state,
    }
