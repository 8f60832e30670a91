"""Days, months and counts in addresses that no page can use: told, no failure, not ignored."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.pages import CheckingClient
from vlms.core.errors import BadInput
from vlms.core.near_days import check_days, read_near_day, read_near_month
from vlms.core.text import _
from vlms.demo.cast import PASSWORD

DAYS = ("first", "last", "from", "until", "since", "day", "before", "after_day")
MONTHS = ("month", "term_month")
COUNTS = ("within", "days", "year", "ending", "part")
ODD = (
    ("9999-12-31", "9999-12", "99999999999"),
    ("0001-01-01", "0001-01", "-5"),
    ("abc", "2026-13", "abc"),
)
PLACES = (
    ("partner@contoso.example", "contoso"),
    ("reseller@demo.example", "northwind"),
)


def plain_pages(app: Flask) -> list[str]:
    """The addresses that are read and name no record."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments <= {"organisation", "form"}
    )


def odd(day: str, month: str, count: str) -> str:
    asked = [
        *((n, day) for n in DAYS),
        *((n, month) for n in MONTHS),
        *((n, count) for n in COUNTS),
    ]
    return "&".join(f"{name}={value}" for name, value in asked)


def test_no_page_and_no_file_fails_for_days_at_the_ends_of_the_calendar(
    app: Flask, clock: StillClock
) -> None:
    clock.set(play_demo(clock).stage.now)
    asked = [odd(*values) for values in ODD]
    asked.append("first=0001-01-01")
    failed, seen = [], 0
    for email, place in PLACES:
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        client.sign_in(email, PASSWORD)
        for page in plain_pages(app):
            address = page.replace("<organisation>", place).replace("<form>", "csv")
            if "sign-out" in address or client.get(address).status_code != 200:
                continue
            for one in asked:
                seen += 1
                status = client.get(f"{address}?{one}").status_code
                if status >= 500:
                    failed.append((address, one[:40], status))
    assert failed == []
    assert seen > 150


TOLD = [
    ("yields/?last=9999-12-31", "9999-12-31"),
    ("yields/?first=0001-01-01", "0001-01-01"),
    ("yields/?first=2026-12-01&last=2026-01-01", "comes before the first day"),
    ("yields/?agreement=abc", "abc"),
    ("certifications/?month=9999-12", "9999-12"),
    ("certifications/?month=abc", "abc"),
    ("certifications/?month=2026-13", "2026-13"),
    ("certifications/?state=abc", "abc"),
    ("skills/?within=abc", "abc"),
    ("skills/?within=-5", "-5"),
    ("skills/?within=99999999999", "99999999999"),
    ("skills/?competency=abc", "abc"),
    ("skills/?location=abc", "abc"),
    ("calendar/?view=month&month=2026-13", "2026-13"),
    ("calendar/?view=abc", "abc"),
    ("charge-back/?first=abc", "abc"),
    ("charge-back/?first=2026-12-01&last=2026-01-01", "comes before the first day"),
]


@pytest.fixture
def contoso(client: CheckingClient, clock: StillClock) -> CheckingClient:
    clock.set(play_demo(clock).stage.now)
    return client


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_what_cannot_be_used_is_told_and_a_file_is_refused(
    contoso: CheckingClient, language: str
) -> None:
    contoso.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    for email in ("partner@contoso.example", "admin@contoso.example"):
        contoso.sign_in(email, PASSWORD)
        for asked, typed in TOLD:
            answer = contoso.get(f"/o/contoso/{asked}")
            if answer.status_code in (403, 404):
                continue
            page = contoso.page(f"/o/contoso/{asked}")
            told = [one.get_text(" ") for one in page.select(".alert-warning, .invalid-feedback")]
            if language == "en" or " " not in typed:
                assert any(typed in one for one in told), (asked, told)
            assert told, asked
    for file in ("skills/skills.csv?within=abc", "skills/skills.pdf?location=abc"):
        contoso.sign_in("partner@contoso.example", PASSWORD)
        assert contoso.get(f"/o/contoso/{file}").status_code == 422
    assert contoso.get("/o/contoso/certifications/certifications.csv?month=abc").status_code == 422


def test_a_key_that_nothing_has_is_told_as_such(contoso: CheckingClient) -> None:
    contoso.sign_in("admin@contoso.example", PASSWORD)
    key = "00000000-0000-4000-8000-000000000009"
    for address in (f"codes/?agreement={key}", "people/?department=Nowhere"):
        page = contoso.page(f"/o/contoso/{address}")
        told = [one.get_text(" ") for one in page.select(".alert-warning")]
        assert any("nothing in this list has" in one for one in told), address
        assert not any("shown without it" in one or key in one for one in told), address


@pytest.mark.parametrize("address", ["skills/?within=90", "calendar/?view=month&month=2026-11"])
def test_nothing_is_told_of_what_can_be_used(contoso: CheckingClient, address: str) -> None:
    contoso.sign_in("partner@contoso.example", PASSWORD)
    page = contoso.page(f"/o/contoso/{address}")
    assert not page.select(".list-filters ~ .alert-warning, .invalid-feedback")


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "x"])
def test_a_day_far_away_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="cannot be used") as refusal:
        read_near_day(typed, _("Day"))
    assert refusal.value.way_out


@pytest.mark.parametrize("typed", ["0000-01", "0001-01", "9999-12", "2026-13", "2026-00", "abc"])
def test_a_month_far_away_or_none_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="cannot be used"):
        read_near_month(typed, _("Month"))


def test_days_in_their_order_are_let_through() -> None:
    assert read_near_day("1900/1/1", _("Day")) == date(1900, 1, 1)
    assert read_near_month("2199-12", _("Month")) == date(2199, 12, 1)
    check_days(date(2026, 1, 1), date(2026, 1, 1), "last")
    check_days(date(2026, 1, 1), None, "last")
    with pytest.raises(BadInput) as refusal:
        check_days(date(2026, 1, 2), date(2026, 1, 1), "last")
    assert refusal.value.field == "last"
