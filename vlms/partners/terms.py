"""The numbers of membership and its waivers as dated data (M1, M2)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from vlms.core.versions import Version, in_force
from vlms.partners.rules.membership_year import MembershipTerms, Waiver


def membership_terms(anniversary: date) -> Version[MembershipTerms]:
    """What holds for a year that ends with this anniversary."""
    return in_force(_versions(), anniversary)


@cache
def waivers() -> tuple[Waiver, ...]:
    return tuple(
        Waiver(
            name=str(row["name"]),
            source=str(row["source"]),
            first_anniversary=date.fromisoformat(row["first_anniversary"]),
            last_anniversary=date.fromisoformat(row["last_anniversary"]),
            reopened_until=date.fromisoformat(row["reopened_until"]),
        )
        for row in _shipped()["waivers"]
    )


@cache
def _versions() -> tuple[Version[MembershipTerms], ...]:
    return tuple(_version(row) for row in _shipped()["versions"])


def _version(row: dict[str, Any]) -> Version[MembershipTerms]:
    terms = MembershipTerms(
        reminders=tuple(timedelta(days=int(days)) for days in row["reminder_days"]),
        first_window_day=timedelta(days=int(row["first_window_day"])),
        last_window_day=timedelta(days=int(row["last_window_day"])),
        year=timedelta(days=int(row["year_days"])),
    )
    first = date.fromisoformat(row["valid_from"]) if row["valid_from"] else None
    return Version(str(row["name"]), first, str(row["source"]), terms)


@cache
def _shipped() -> dict[str, Any]:
    text = (files("vlms.partners") / "data" / "membership_terms.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
