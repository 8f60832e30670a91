"""Each error has a page: what happened, what to do, whom to ask, a way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import abort, current_app, render_template
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from structlog.testing import capture_logs
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from tests.support.pages import CheckingClient
from vlms.app import create_app
from vlms.core.db import Base, db
from vlms.settings import read_settings
from vlms.web.access import public
from vlms.web.error_words import WORDS

SECRET = "what somebody typed"
STATUSES = sorted(status for status in WORDS if status != 422)


@pytest.fixture
def failing(elsewhere: Path) -> CheckingClient:
    """An application of its own, with views that fail in every way."""
    app = create_app(read_settings({"VLMS_INSTANCE": str(elsewhere)}))
    app.test_client_class = CheckingClient
    views: dict[str, Callable[..., str | Response]] = {
        "/fail/<int:status>": fail,
        "/break": break_down,
        "/hold": hold,
        "/wait": wait_in_vain,
        "/hurry": hurry,
        "/undrawable": undrawable,
    }
    for path, view in views.items():
        app.add_url_rule(path, view.__name__, public(view))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    return found


def fail(status: int) -> Response:
    abort(status)


def break_down() -> str:
    raise KeyError(SECRET)


def hold() -> str:
    raise OperationalError("statement", {}, Exception("database is locked"))


def wait_in_vain() -> str:
    raise NoConnection("QueuePool limit reached")


def hurry() -> str:
    raise TooManyRequests(retry_after=60)


def undrawable() -> str:
    current_app.jinja_env.globals["help_address"] = None
    return render_template("no_such_template.html")


def main_of(page: BeautifulSoup) -> Tag:
    found = page.select_one("main")
    assert found is not None
    return found


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_says_what_to_do_whom_to_ask_and_where_to_go(
    failing: CheckingClient, status: int
) -> None:
    main = main_of(failing.page(f"/fail/{status}", status))
    text = main.get_text(" ", strip=True)
    words = WORDS[status]
    for part in (words.title, words.sentence, words.way_out, "Whom to ask"):
        assert str(part) in text
    assert main.select_one('a[href="/help"]')
    assert main.select_one('a.btn-primary[href="/"]')


@pytest.mark.parametrize("status", STATUSES)
def test_a_part_of_a_page_gets_a_message_in_its_place(failing: CheckingClient, status: int) -> None:
    response = failing.get(f"/fail/{status}", headers={"HX-Request": "true"})
    assert response.status_code == status
    text = response.get_data(as_text=True)
    assert "<html" not in text
    assert 'role="alert"' in text
    assert str(WORDS[status].way_out) in BeautifulSoup(text, "html.parser").get_text()


def test_a_failure_shows_a_number_that_stands_in_the_log_and_nothing_else_of_it(
    failing: CheckingClient,
) -> None:
    with capture_logs() as lines:
        text = main_of(failing.page("/break", 500)).get_text(" ", strip=True)
    [logged] = lines
    assert len(logged["incident"]) == 8
    assert logged["incident"] in text
    assert SECRET not in text + json.dumps(logged)


def test_two_failures_have_two_numbers(failing: CheckingClient) -> None:
    first, second = (main_of(failing.page("/break", 500)).get_text() for _ in range(2))
    assert first != second


def test_a_failure_of_the_error_page_still_answers(failing: CheckingClient) -> None:
    failing.checks = False
    response = failing.get("/undrawable")
    assert response.status_code == 500
    assert str(WORDS[500].title) in response.get_data(as_text=True)


def test_a_held_database_and_too_many_requests_say_when_to_come_back(
    failing: CheckingClient,
) -> None:
    assert failing.get("/hold").headers["Retry-After"] == "2"
    busy = failing.get("/wait")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")
    assert failing.get("/hurry").headers["Retry-After"] == "60"


def test_the_page_before_is_offered_if_it_is_ours(failing: CheckingClient) -> None:
    ours = failing.get("/fail/409", headers={"Referer": "http://localhost/rules?x=1"})
    theirs = failing.get("/fail/409", headers={"Referer": "http://elsewhere.example/rules"})
    assert 'href="/rules?x=1"' in ours.get_data(as_text=True)
    assert "elsewhere" not in theirs.get_data(as_text=True)


def test_an_address_that_is_nothing_is_a_page_before_and_after_sign_in(
    failing: CheckingClient,
) -> None:
    assert "There is nothing here" in main_of(failing.page("/nowhere", 404)).get_text()


def test_a_part_asked_for_after_the_session_ended_leads_to_sign_in_and_back(
    failing: CheckingClient,
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/my/codes/"}
    response = failing.get("/my/codes/", headers=headers)
    assert response.status_code == 401
    assert 'href="/sign-in?next=/my/codes/"' in response.get_data(as_text=True)


def test_too_large_a_form_is_told_before_anything_is_read(failing: CheckingClient) -> None:
    response = failing.post("/sign-in", data={"email": "x" * 6_000_000})
    assert response.status_code == 413
    assert str(WORDS[413].title) in response.get_data(as_text=True)
