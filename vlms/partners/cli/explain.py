"""`vlms explain`: the programmes' dated rules without any record (R1-R3, M1, M2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import click

from vlms.certifications.cli.explain import explain_certification
from vlms.core.clock import local_day, system_clock
from vlms.core.errors import BadInput
from vlms.core.explaining import Fact, explain
from vlms.core.reading import read_day, read_zone
from vlms.core.text import _
from vlms.partners.rules.membership_year import (
    MembershipYear,
    Waiver,
    membership_state,
    membership_year,
)
from vlms.partners.terms import membership_terms, waivers_on

_NAMES = ("reminders", "window_opens", "window_closes", "next_anniversary", "state")


@click.group("explain")
def explain_group() -> None:
    """Days and waits by the rules, for what nobody has entered."""


@click.command("membership")
@click.option("--anniversary", required=True, metavar="DATE", help="The offer's yearly day.")
@click.option("--on", "day", metavar="DATE", help="The day to look at it.  [today]")
@click.option("--zone", default="UTC", metavar="NAME", help="Zone of today, as Asia/Taipei.  [UTC]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def explain_membership(anniversary: str, day: str | None, zone: str, as_json: bool) -> None:
    """Reminders, window and next anniversary of a membership offer, and its waivers (M1, M2)."""

    def found() -> Mapping[str, Fact]:
        place = read_zone(zone, _("--zone"))
        today = local_day(system_clock(), place)
        looked_at = read_day(day, _("--on")) if day else today
        return _explained(read_day(anniversary, _("--anniversary")), looked_at)

    explain(found, _NAMES, as_json)


def _explained(anniversary: date, day: date) -> Mapping[str, Fact]:
    version = membership_terms(anniversary)
    try:
        year = membership_year(anniversary, version.terms, waivers_on(day))
    except OverflowError:
        raise BadInput(
            "M1",
            _("The year of this anniversary leaves the calendar."),
            field="--anniversary",
            way_out=_("Give another day."),
        ) from None
    return {
        "reminders": [one.isoformat() for one in year.reminders],
        "window_opens": year.window_opens.isoformat(),
        "window_closes": year.window_closes.isoformat(),
        "next_anniversary": year.next_anniversary.isoformat(),
        "state": membership_state(year, day).value,
        "waivers": [_told(one, year) for one in year.waivers],
        "rules": ["M1", "M2"] if year.waivers else ["M1"],
        "version": version.name,
        "source": version.source,
    }


def _told(waiver: Waiver, year: MembershipYear) -> Mapping[str, Fact]:
    return {
        "name": waiver.name,
        "source": waiver.source,
        "valid_from": waiver.valid_from.isoformat(),
        "families": sorted(waiver.families),
        "competencies_complete_until": year.next_anniversary.isoformat(),
        "payable_until": max(year.window_closes, waiver.reopened_until).isoformat(),
    }


explain_group.add_command(explain_certification)
explain_group.add_command(explain_membership)
