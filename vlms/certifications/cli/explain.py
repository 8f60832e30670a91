"""`vlms explain certification`: R1-R3 for a certification that nobody has entered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import click

from vlms.certifications.rules.renewal import (
    ZONE,
    RenewalTerms,
    check_attempt,
    expires_on,
    is_renewed,
    never_expires,
    next_attempt,
    state_at,
    window,
)
from vlms.certifications.terms import renewal_terms
from vlms.core.clock import local_day, system_clock
from vlms.core.errors import BadInput
from vlms.core.explaining import Fact, explain, instant
from vlms.core.reading import read_day, read_instant
from vlms.core.text import _
from vlms.core.versions import Version

_ROLE_BASED = "role-based"
KINDS = (
    *("associate", "expert", "specialty"),
    *("fundamentals", "mos", "mta", "mcsa", "mcse", "mcsd", "mce"),
)
_NAMES = ("expires_on", "window_opens", "window_closes", "state", "next_attempt_at")


@click.command("certification")
@click.option(
    "--type",
    "kind",
    required=True,
    type=click.Choice([_ROLE_BASED, *KINDS]),
    help="What it is.",
)
@click.option("--earned", required=True, metavar="DATE", help="The day it was earned, in UTC.")
@click.option(
    "--failed-attempts",
    metavar="TIMES",
    default="",
    help="Failed renewal assessments of this window, with commas between.",
)
@click.option("--on", "at", metavar="DATETIME", help="When to look at it, in UTC.  [now]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def explain_certification(
    kind: str, earned: str, failed_attempts: str, at: str | None, as_json: bool
) -> None:
    """How long a certification is valid, when it is renewed, when the next attempt may be (R1-R4).

    Times are UTC unless they bring an offset, as 2026-01-05T10:00+08:00.
    """

    def found() -> Mapping[str, Fact]:
        moment = read_instant(at, _("--on")) if at else system_clock()
        failures = sorted(
            read_instant(one, _("--failed-attempts"))
            for one in failed_attempts.split(",")
            if one.strip()
        )
        return _explained(kind, read_day(earned, _("--earned")), failures, moment)

    explain(found, _NAMES, as_json)


def _explained(
    kind: str, earned: date, failures: list[datetime], at: datetime
) -> Mapping[str, Fact]:
    today = local_day(at, ZONE)
    if earned > today:
        raise BadInput(
            "R1",
            _("The certification would be earned after the time that is asked about."),
            field="--earned",
            way_out=_("Give an earlier day, or a later time."),
        )
    validity = renewal_terms(earned)
    if kind != _ROLE_BASED and not is_renewed(kind, validity.terms):
        return _kept(failures, validity)
    try:
        expiry = expires_on(earned, validity.terms)
    except OverflowError:
        raise BadInput(
            "R1",
            _("The certification would expire after the year 9999."),
            field="--earned",
            way_out=_("Give another day."),
        ) from None
    _check_failures(expiry, failures, at)
    version = renewal_terms(today)
    open_days = window(expiry, version.terms)
    return {
        "expires_on": expiry.isoformat(),
        "window_opens": open_days.opens_on.isoformat(),
        "window_closes": open_days.last_day.isoformat(),
        "state": state_at(expiry, at, version.terms).value,
        "next_attempt_at": instant(next_attempt(expiry, failures, at, version.terms)),
        "rules": ["R1", "R2", "R3"],
        "version": version.name,
        "source": version.source,
        "validity_version": validity.name,
    }


def _kept(failures: list[datetime], version: Version[RenewalTerms]) -> Mapping[str, Fact]:
    if failures:
        raise never_expires(version)
    told = {"state": "never_expires", "rules": ["R1"]}
    sources = {"version": version.name, "source": version.source}
    return {**dict.fromkeys(_NAMES), **told, **sources, "validity_version": version.name}


def _check_failures(expiry: date, failures: list[datetime], at: datetime) -> None:
    """Each attempt must have been allowed when it was made, by the terms of its day."""
    for place, one in enumerate(failures):
        if one > at:
            raise BadInput(
                "R3",
                _("A failed attempt lies after the time that is asked about."),
                field="--failed-attempts",
                way_out=_("Leave it out, or give a later time."),
            )
        check_attempt(expiry, failures[:place], one, renewal_terms(local_day(one, ZONE)))
