"""The journal's page says which record is meant, in words, and takes days as pages show them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.support.clock import StillClock
from tests.support.making import make_person, make_user, making
from tests.support.making_accounts import enter_as_admin
from tests.support.pages import CheckingClient
from tests.support.sources import ROOT
from tests.web.test_codes_pages import ADMIN, set_up
from vlms.accounts.models import LinkPurpose, OneTimeLink
from vlms.audit.service import journal
from vlms.core.reading import DAY_PATTERN
from vlms.core.tokens import new_id
from vlms.journal.queries import NAMESAKES
from vlms.web.words import all_actions

JOURNAL = "/o/contoso/journal/"
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def test_an_entry_names_its_code_and_leads_to_its_page(
    client: CheckingClient, clock: StillClock
) -> None:
    code = set_up(clock)[0]
    with making(clock()) as work:
        journal(work, "code.disclosed", ("code", code.id, code.organisation_id))
    client.sign_in(ADMIN)
    page = client.page(JOURNAL + "?action=code.disclosed")
    (link,) = page.select('td a[href*="/codes/"]')
    assert str(link["href"]).endswith(f"/codes/{code.id}")
    assert re.fullmatch(r"B-\d{6}/\d+", link.get_text())


def test_an_entry_of_a_record_that_is_not_seen_names_none(
    client: CheckingClient, clock: StillClock
) -> None:
    contoso = enter_as_admin(client, clock())
    with making(clock()) as work:
        journal(work, "code.disclosed", ("code", new_id(), contoso.id))
    assert not client.page(JOURNAL + "?action=code.disclosed").select('td a[href*="/codes/"]')


def test_one_time_links_and_lists_are_told_in_words(
    client: CheckingClient, clock: StillClock
) -> None:
    contoso = enter_as_admin(client, clock())
    with making(clock()) as work:
        bob = make_person(work, contoso, "Bob")
        work.session.add(
            OneTimeLink(
                organisation_id=contoso.id,
                purpose=LinkPurpose.SET_UP_SIGN_IN,
                subject_id=bob.id,
                created_at=clock(),
                expires_at=clock(),
            )
        )
        reset = ("user", new_id(), contoso.id)
        journal(work, "factors.reset", reset, before={"factors": ["Phone", "Key"]})
    rows = client.page(JOURNAL + "?action=one_time_link.created").select("tbody tr")
    assert "One-time link made" in rows[0].text
    assert "What the link opens: Set up signing in" in rows[0].text
    assert "For: Bob" in rows[0].text
    assert "Phone, Key" in client.page(JOURNAL + "?action=factors.reset").text


def written_actions() -> Iterator[str]:
    """Every action that a call of the product names: work.does("…"), journal(work, "…")."""
    for path in (ROOT / "vlms").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _named(node)


def _named(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
    place = {"does": 0, "journal": 1, "journal_many": 1}.get(str(name), len(call.args))
    for argument in call.args[place : place + 1]:
        for part in ast.walk(argument):
            if isinstance(part, ast.Constant) and _ACTION.fullmatch(str(part.value)):
                yield str(part.value)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_action_that_is_written_has_words(app: Flask) -> None:
    found = set(written_actions())
    assert len(found) > 150
    assert sorted(found - set(all_actions())) == []


DAYS = ["2026-11-22", "2026/11/22", "2026/6/3"]


@pytest.mark.parametrize("day", DAYS)
def test_a_day_is_taken_as_pages_show_it(
    client: CheckingClient, clock: StillClock, day: str
) -> None:
    enter_as_admin(client, clock())
    page = client.page(f"{JOURNAL}?since={day}")
    (field,) = page.select("#filter-since")
    assert field["pattern"] == DAY_PATTERN
    assert re.fullmatch(str(field["pattern"]), day)


@pytest.mark.parametrize("day", ["22.11.2026", "2026-11/22", "yesterday", "2026"])
def test_what_is_no_day_is_refused_by_browsers_too(day: str) -> None:
    assert not re.fullmatch(DAY_PATTERN, day)


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ("since=yesterday", "since", "yesterday"),
        ("until=2026-13-01", "until", "2026-13-01"),
        ("since=2026-03-02&until=2026-03-01", "until", "comes before the first day"),
    ],
)
def test_a_wrong_day_is_told_at_its_field(
    client: CheckingClient, clock: StillClock, asked: str, field: str, said: str
) -> None:
    enter_as_admin(client, clock())
    page = client.page(f"{JOURNAL}?{asked}", status=422)
    (error,) = page.select(f"#filter-{field}-error")
    assert said in error.text
    assert client.get(f"{JOURNAL}period.jsonl?{asked}").status_code == 422


def test_a_period_is_named_by_its_days(client: CheckingClient, clock: StillClock) -> None:
    enter_as_admin(client, clock())
    answer = client.get(f"{JOURNAL}period.jsonl?since=2027/1/1&until=2027-12-31")
    assert "journal-contoso-2027-01-01-to-2027-12-31" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_no_two_actions_have_the_same_word(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        counted = Counter(str(word) for word in all_actions().values())
    assert [word for word, count in counted.items() if count > 1] == []


def test_a_person_is_found_however_many_namesakes_other_organisations_have(
    client: CheckingClient, clock: StillClock
) -> None:
    contoso = enter_as_admin(client, clock())
    with making(clock()) as work:
        for number in range(NAMESAKES + 10):
            make_user(work, f"zoe{number}@elsewhere.example", name=f"Zoë {number:02}")
        zoe = make_person(work, contoso, "Zoë of contoso")
    page = client.page(f"{JOURNAL}?person=Zo%C3%AB")
    assert len(page.select("tbody tr")) == 1
    assert str(zoe.id) in str(page) or "Zoë of contoso" in page.text
    with making(clock()) as work:
        for number in range(NAMESAKES + 1):
            make_person(work, contoso, f"Ann {number:02}")
    page = client.page(f"{JOURNAL}?person=Ann", status=422)
    (error,) = page.select("#filter-person-error")
    assert "More than 50 people here" in error.text
    assert len(client.page(f"{JOURNAL}?person=Ann 07").select("tbody tr")) == 1
