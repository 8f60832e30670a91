"""The list's filter for shut gates says of every site what its page says (A1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy, make_school
from tests.support.pages import CheckingClient
from vlms.academy.models.sites import DeliverySite, SiteCheck
from vlms.academy.queries.sites import (
    SiteFilter,
    is_gate_open,
    list_sites,
    search_sites,
    zone_of_site,
)
from vlms.academy.requirements import site_requirements
from vlms.core.clock import local_day
from vlms.core.paging import Listing
from vlms.core.work import Work

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
KEYS = [one.key for one in site_requirements()]
ADMIN = "ada@fabrikam.example"


def make_site(work: Work, academy: Academy, name: str, ticks: int, **facts: Any) -> None:
    """A site whose gate is open but for the `facts`, with so many requirements ticked."""
    site = DeliverySite(
        **{
            "organisation_id": academy.organisation.id,
            "name": name,
            "center_number": "90055555",
            "valid_from": TODAY - DAY,
            "valid_to": TODAY + DAY,
            **facts,
        }
    )
    work.session.add(site)
    work.flush()
    for number, key in enumerate([*KEYS, "a requirement of old"]):
        done = work.now if number < ticks else None
        check = SiteCheck(requirement_key=key, ticked_at=done, site_id=site.id)
        check.organisation_id, check.school_id = site.organisation_id, site.school_id
        work.session.add(check)


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        found = make_academy(work)
        whole = len(KEYS)
        kiritimati = make_school(
            work, found.agreement, "Kiritimati", time_zone="Pacific/Kiritimati"
        )
        for name, ticks, facts in (
            ("open", whole, {}),
            ("from today", whole, {"valid_from": TODAY}),
            ("until today", whole, {"valid_to": TODAY}),
            ("until today, further east", whole, {"valid_to": TODAY, "school_id": kiritimati.id}),
            ("from tomorrow", whole, {"valid_from": TODAY + DAY}),
            ("tomorrow, east", whole, {"valid_from": TODAY + DAY, "school_id": kiritimati.id}),
            ("until yesterday", whole, {"valid_to": TODAY - DAY}),
            ("no first day", whole, {"valid_from": None}),
            ("no last day", whole, {"valid_to": None}),
            ("no number", whole, {"center_number": None}),
            ("empty number", whole, {"center_number": ""}),
            ("closed", whole, {"closed_at": work.now}),
            ("a tick is missing", whole - 1, {}),
            ("nothing is ticked", 0, {}),
        ):
            make_site(work, found, name, ticks, **facts)
    return found


def names(work: Work, now: datetime, *, is_open: bool | None) -> set[str]:
    wanted = SiteFilter(now, None, is_open)
    return {one.name for one in search_sites(work.session, wanted, Listing("name", size=100)).rows}


def moments() -> Iterator[datetime]:
    """Around midnight in Taipei (UTC+8) and on Kiritimati (UTC+14)."""
    for hours in (-9, -7, 2, 9, 11, 15, 17, 33):
        yield datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hours)


def test_what_is_found_as_open_and_shut_is_what_the_gate_says(
    academy: Academy, clock: StillClock
) -> None:
    seen = set()
    for now in moments():
        with academy.administering(now) as work:
            sites = list_sites(work.session, academy.organisation.id)
            opened = {
                site.name
                for site in sites
                if is_gate_open(site, local_day(now, zone_of_site(work.session, site)))
            }
            assert names(work, now, is_open=True) == opened, now
            assert names(work, now, is_open=False) == {one.name for one in sites} - opened, now
            assert len(names(work, now, is_open=None)) == len(sites)
            seen.add(frozenset(opened))
    assert len(seen) > 3, "the days of both zones were met"


def test_the_list_of_sites_shows_the_shut_ones_alone(
    academy: Academy, clock: StillClock, client: CheckingClient
) -> None:
    clock.set(datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    client.sign_in(ADMIN)
    shut = client.page("/o/fabrikam/sites/?gate=shut").select("tbody tr")
    assert {"Shut"} == {row.select_one(".badge").get_text(strip=True) for row in shut}  # type: ignore[union-attr]
    opened = client.page("/o/fabrikam/sites/?gate=open").select("tbody tr")
    assert len(shut) + len(opened) == len(client.page("/o/fabrikam/sites/").select("tbody tr"))
    assert client.get("/o/fabrikam/sites/?gate=x").status_code == 200
