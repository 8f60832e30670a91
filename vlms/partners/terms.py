"""The numbers of links, competencies, membership and its waivers as dated data (K1-K3, M1-M3)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from vlms.core.versions import Version, in_force
from vlms.partners.rules.linking import LinkTerms
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_year import MembershipTerms, Waiver
from vlms.partners.rules.skills import CompetencyTerms, counts_until


def membership_terms(
    anniversary: date, versions: Sequence[Version[MembershipTerms]] | None = None
) -> Version[MembershipTerms]:
    """What holds for a year that ends with this anniversary, by the versions shipped or others."""
    return in_force(_versions() if versions is None else versions, anniversary)


def link_terms(
    day: date, versions: Sequence[Version[LinkTerms]] | None = None
) -> Version[LinkTerms]:
    """What holds for an association that starts on a day, by the versions shipped or others."""
    return in_force(_link_versions() if versions is None else versions, day)


def waivers_on(
    day: date, family: OfferFamily | None = None, known: Sequence[Waiver] | None = None
) -> tuple[Waiver, ...]:
    """The waivers that are known on a day, of all offers or of one family (M2)."""
    return tuple(
        one
        for one in (waivers() if known is None else known)
        if one.valid_from <= day and (family is None or family in one.families)
    )


def membership_terms_named(name: str, day: date) -> Version[MembershipTerms]:
    """The version that an order keeps the name of; what holds on its day where that is gone."""
    found = next((one for one in _versions() if one.name == name), None)
    return found or membership_terms(day)


def competency_terms(
    day: date, versions: Sequence[Version[CompetencyTerms]] | None = None
) -> Version[CompetencyTerms]:
    """What holds on a day for the figures, and for an exam that is retired on it (K3)."""
    return in_force(_competency_versions() if versions is None else versions, day)


def exam_counts_until(
    retires_on: date | None, versions: Sequence[Version[CompetencyTerms]] | None = None
) -> date | None:
    """The last day on which a passed exam counts, by the terms of the day on which it retires.

    None: it counts for good (K3).
    """
    if retires_on is None:
        return None
    return counts_until(retires_on, competency_terms(retires_on, versions).terms.retired_months)


def longest_after_retirement() -> int:
    """So many months after an exam was retired it can count at most, by any version (K3)."""
    return max(one.terms.retired_months for one in _competency_versions())


@cache
def waivers() -> tuple[Waiver, ...]:
    """All, whenever they became known."""
    return tuple(
        Waiver(
            name=str(row["name"]),
            source=str(row["source"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            families=frozenset(OfferFamily(one) for one in row["families"]),
            first_anniversary=date.fromisoformat(row["first_anniversary"]),
            last_anniversary=date.fromisoformat(row["last_anniversary"]),
            reopened_until=date.fromisoformat(row["reopened_until"]),
        )
        for row in _shipped("membership_terms.json")["waivers"]
    )


@cache
def _versions() -> tuple[Version[MembershipTerms], ...]:
    return tuple(_version(row) for row in _shipped("membership_terms.json")["versions"])


@cache
def _link_versions() -> tuple[Version[LinkTerms], ...]:
    return tuple(_link_version(row) for row in _shipped("link_terms.json")["versions"])


@cache
def _competency_versions() -> tuple[Version[CompetencyTerms], ...]:
    return tuple(_competency_version(row) for row in _shipped("competency_terms.json")["versions"])


def _version(row: dict[str, Any]) -> Version[MembershipTerms]:
    terms = MembershipTerms(
        reminders=_days(row["reminder_days"]),
        first_window_day=timedelta(days=int(row["first_window_day"])),
        last_window_day=timedelta(days=int(row["last_window_day"])),
        year=timedelta(days=int(row["year_days"])),
        unpaid=timedelta(days=int(row["unpaid_days"])),
        upgrade_off=int(row["upgrade_off_percent"]),
        benefit_reminders=_days(row["benefit_reminder_days"]),
        skills_checks=_days(row["skills_check_days"]),
    )
    return Version(str(row["name"]), _first_day(row), str(row["source"]), terms)


def _days(numbers: Iterable[int]) -> tuple[timedelta, ...]:
    return tuple(timedelta(days=int(number)) for number in numbers)


def _link_version(row: dict[str, Any]) -> Version[LinkTerms]:
    terms = LinkTerms(
        most_in_period=int(row["most_in_period"]),
        period_months=int(row["period_months"]),
        days_between=timedelta(days=int(row["days_between"])),
        report=timedelta(hours=int(row["report_hours"])),
        new_exam=timedelta(days=int(row["new_exam_days"])),
        leaver_task=timedelta(days=int(row["leaver_task_days"])),
        task_reminders=_days(row["task_reminder_days"]),
    )
    return Version(str(row["name"]), _first_day(row), str(row["source"]), terms)


def _competency_version(row: dict[str, Any]) -> Version[CompetencyTerms]:
    terms = CompetencyTerms(int(row["trailing_months"]), int(row["retired_months"]))
    return Version(str(row["name"]), _first_day(row), str(row["source"]), terms)


def _first_day(row: dict[str, Any]) -> date | None:
    return date.fromisoformat(row["valid_from"]) if row["valid_from"] else None


@cache
def _shipped(name: str) -> dict[str, Any]:
    text = (files("vlms.partners") / "data" / name).read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
