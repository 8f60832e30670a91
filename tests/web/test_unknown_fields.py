"""A body holds what its page asks for: every column of the database beside it changes nothing.

Every form of the demo's pages is sent as its page would send it, with one field for each
column that any table has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, template_rendered
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.crawling import walk
from tests.support.demo import play_demo
from tests.support.pages import CheckingClient, values_of
from vlms.core.db import Base, db
from vlms.core.errors import DomainError
from vlms.demo.cast import LEARNERS, MEMBERS, PASSWORD
from vlms.web.body_fields import KEY, names_of, takes
from vlms.web.gate_refusals import UnknownField

COLUMNS = sorted({column.name for table in Base.metadata.sorted_tables for column in table.columns})
# What looking at pages leaves behind.
UNTOLD = frozenset({"user_session", "login_session", "try_count", "sign_in_attempt"})


@contextmanager
def refusals(app: Flask) -> Iterator[list[DomainError]]:
    """The refusals that error pages are made of meanwhile."""
    found: list[DomainError] = []

    def note(_app: Flask, template: Any, context: dict[str, Any], **_more: Any) -> None:
        refusal = context.get("refusal")
        if template.name.startswith("errors/") and isinstance(refusal, DomainError):
            found.append(refusal)

    with template_rendered.connected_to(note, app):
        yield found


def rows() -> dict[str, object]:
    """All that the database holds, by table."""
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name not in UNTOLD
        }


def sent_by(form: Tag, page: BeautifulSoup) -> dict[str, Any]:
    """What the browser sends when the form's first button is pressed."""
    fields = values_of(form)
    for button in form.select("button[name]"):
        fields.setdefault(str(button["name"]), str(button.get("value", "")))
    for outside in page.select(f'[form="{form.get("id")}"][name]') if form.get("id") else ():
        fields.setdefault(str(outside["name"]), str(outside.get("value", "")))
    for tick in form.select("input[type=checkbox][name]"):
        fields.setdefault(str(tick["name"]), str(tick.get("value", "y")))
    return fields


def forms_of(app: Flask, address: str, text: str) -> Iterator[tuple[str, str, Any]]:
    """The endpoint, address and fields of each form of a page."""
    page = BeautifulSoup(text, "lxml")
    for form in page.select("form[method=post]"):
        action = urljoin(address, str(form.get("action") or address))
        match = app.url_map.bind("localhost").match(urlsplit(action).path, method="POST")
        yield str(match[0]), action, sent_by(form, page)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_column_added_to_every_form_changes_nothing(app: Flask, clock: StillClock) -> None:
    assert send_with_columns(app, clock, "leo") >= 8


def send_with_columns(app: Flask, clock: StillClock, who: str) -> int:
    """Send every form of somebody's pages so; how many there were."""
    played = play_demo(clock)
    clock.set(played.stage.now)
    (email,) = (one[0] for one in (*MEMBERS, *LEARNERS) if one[0].split("@")[0] == who)
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in(email, PASSWORD)
    client.checks = False
    forms: dict[str, tuple[str, Any]] = {}
    for address, text in walk(client, 1).pages.items():
        for endpoint, action, fields in forms_of(app, address, text):
            forms.setdefault(endpoint, (action, fields))
    before = rows()
    wrong = {one: list(_sent_with_columns(app, client, *each)) for one, each in forms.items()}
    print(f"{who}: {len(forms)} forms, {len(COLUMNS)} columns each")
    assert {endpoint: found for endpoint, found in wrong.items() if found} == {}
    after = rows()
    assert [name for name in before if before[name] != after[name]] == []
    return len(forms)


def _sent_with_columns(
    app: Flask, client: CheckingClient, action: str, fields: dict[str, Any]
) -> Iterator[object]:
    added = {name: "1" for name in COLUMNS if name not in fields}
    with refusals(app) as refused:
        answer = client.post(action, data={**fields, **added})
    if not refused or not isinstance(refused[0], UnknownField):
        yield (action, answer.status_code, [str(one) for one in refused])
        return
    unknown = set(refused[0].facts["fields"])
    if answer.status_code != 422 or unknown - set(added):
        yield (answer.status_code, sorted(unknown - set(added)))


@pytest.mark.parametrize("name", ["organisation_id", "is_admin", "price", "roles-0", "back\n"])
def test_one_unknown_field_is_named_and_nothing_is_done(
    app: Flask, client: CheckingClient, name: str
) -> None:
    form = client.page("/sign-in").select_one('form[action$="/language"]')
    assert form is not None
    data = {**values_of(form), "language": "en"}
    assert client.post("/language", data={**data, name: "x"}).status_code == 422
    assert client.post("/language", data=data).status_code == 302


def test_a_name_of_a_record_is_taken_for_its_key_only() -> None:
    @takes(f"at-{KEY}", "row")
    def view() -> None: ...

    assert getattr(view, "takes") == ("at-<key>", "row")  # noqa: B009 - what is marked


def test_fields_within_fields_are_known_by_their_whole_names() -> None:
    class Field:
        def __init__(self, name: str, form: object = None, entries: object = None) -> None:
            self.name, self.form, self.entries = name, form, entries

    row = Field("lines-0", form=[Field("lines-0-product")])
    assert names_of([Field("lines", entries=[row]), Field("note")]) == {"lines-0-product", "note"}
