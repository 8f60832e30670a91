"""The numbers of renewal as dated data (R1-R3)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from vlms.certifications.rules.renewal import RenewalTerms
from vlms.core.versions import Version, in_force


def renewal_terms(day: date) -> Version[RenewalTerms]:
    """What holds on a day in UTC."""
    return in_force(_versions(), day)


@cache
def _versions() -> tuple[Version[RenewalTerms], ...]:
    text = (files("vlms.certifications") / "data" / "renewal_terms.json").read_text("utf-8")
    return tuple(_version(row) for row in json.loads(text))


def _version(row: dict[str, Any]) -> Version[RenewalTerms]:
    terms = RenewalTerms(
        renewed_kinds=tuple(map(str, row["renewed_kinds"])),
        existence_months=int(row["existence_months"]),
        validity_months=int(row["validity_months"]),
        window_months=int(row["window_months"]),
        due=timedelta(days=int(row["due_days"])),
        renewed_months=int(row["renewed_months"]),
        second_wait=timedelta(hours=int(row["second_wait_hours"])),
        later_wait=timedelta(hours=int(row["later_wait_hours"])),
    )
    first = date.fromisoformat(row["valid_from"]) if row["valid_from"] else None
    return Version(str(row["name"]), first, str(row["source"]), terms)
