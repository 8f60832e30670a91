"""Colours by choice, the design system, and templates that style nothing themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from pathlib import Path

import pytest
from flask import Flask

from tests.support.pages import CheckingClient
from vlms.codes.rules.shown_state import Shown
from vlms.jobs.models import JobState
from vlms.notices.models import MessageState
from vlms.orders.rules.order_clock import OrderState
from vlms.web.looks import LOOKS, OTHER, look_of

ROOT = Path(__file__).parents[2]
STYLES = (
    "static/vendor/tabler.min.css",
    "static/app/colours.css",
    "static/app/vlms.css",
)
# Named for scripts and tests, or by libraries; they change no look.
UNSTYLED = frozenset({"htmx-request"})
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_ATTRIBUTE = re.compile(r'\bclass="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\}|\{)*)"')
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


@pytest.fixture
def developing(app: Flask) -> Iterator[None]:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, development=True)
    yield
    app.config["SETTINGS"] = settings


@pytest.mark.usefixtures("developing")
def test_the_design_system_shows_every_state(client: CheckingClient) -> None:
    text = client.page("/design-system").get_text(" ")
    for states in LOOKS.values():
        assert all(state in text for state in states)


def test_the_design_system_is_not_there_outside_development(client: CheckingClient) -> None:
    client.page("/design-system", 404)


@pytest.mark.parametrize(
    ("kind", "states"),
    [("order", OrderState), ("code", Shown), ("job", JobState), ("message", MessageState)],
)
def test_every_state_has_a_look_of_its_own(kind: str, states: type[Enum]) -> None:
    assert [state for state in states if look_of(kind, state) is OTHER] == []


def test_a_state_that_nobody_thought_of_is_plain() -> None:
    assert look_of("order", "surprised") is OTHER


def test_colours_follow_the_system_until_chosen(client: CheckingClient) -> None:
    html = client.page("/sign-in").select_one("html")
    assert html is not None
    assert html["data-colours"] == "system"
    assert not html.has_attr("data-bs-theme")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_choice_of_colours_is_kept_without_a_script(client: CheckingClient, colours: str) -> None:
    response = client.press("/rules", "/colours", colours=colours)
    assert response.location == "/rules"
    assert "HttpOnly" in response.headers["Set-Cookie"]
    html = client.page("/rules").select_one("html")
    assert html is not None
    assert html["data-bs-theme"] == colours
    client.press("/rules", "/colours", colours="system")
    after = client.page("/rules").select_one("html")
    assert after is not None
    assert not after.has_attr("data-bs-theme")


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:1"]
)
def test_choosing_colours_leads_nowhere_else(client: CheckingClient, back: str) -> None:
    assert client.press("/rules", "/colours", colours="dark", back=back).location == "/"


def test_colours_that_do_not_exist_are_not_kept(client: CheckingClient) -> None:
    response = client.press("/rules", "/colours", colours="plaid")
    assert "Set-Cookie" not in response.headers
    client.set_cookie("colours", 'dark" onload="x')
    assert 'onload="x' not in client.get("/rules").get_data(as_text=True)


def styled() -> set[str]:
    """The classes that some style sheet knows."""
    return {name for path in STYLES for name in _CLASS.findall((ROOT / path).read_text("utf-8"))}


def named(template: str) -> set[str]:
    """The classes that a template names, without those that it computes."""
    attributes = _ATTRIBUTE.findall(template)
    spaced = (_CODE.sub(lambda code: _glue(code.group()), text) for text in attributes)
    words = (word for text in spaced for word in text.split())
    return {word for word in words if "\0" not in word}


def _glue(code: str) -> str:
    """A value stands for part of a name; a condition stands between names."""
    return "\0" if code.startswith("{{") else " "


def faults(template: str, known: set[str]) -> list[str]:
    """What a template does to its look by itself."""
    own = sorted(named(template) - known - UNSTYLED)
    # Without a script too, what scrolls in itself can be scrolled by keyboard.
    closed = re.findall(r'class="table-responsive"(?! tabindex="0")', template)
    styles = re.findall(r"\bstyle\s*=|<style\b|\bon[a-z]+=", _CODE.sub("", template))
    return own + closed + styles


def test_no_template_styles_itself() -> None:
    known = styled()
    found = {
        path.relative_to(ROOT).as_posix(): wrong
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (wrong := faults(path.read_text("utf-8"), known))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ('<p class="card shiny">', ["shiny"]),
        ('<p class="card{% if x %} shiny{% endif %}">', ["shiny"]),
        ('<p class="card" style="color:red">', ["style="]),
        ("<style>p{}</style>", ["<style"]),
        ('<p onclick="x()">', ["onclick="]),
        ('<p class="card bg-{{ colour }}-lt">', []),
        ('<p class="{{ "card" if x else "shiny" }}">', []),
        ('<div class="table-responsive">', ['class="table-responsive"']),
        ('<div class="table-responsive" tabindex="0">', []),
    ],
)
def test_a_look_of_its_own_is_noticed(template: str, fault: list[str]) -> None:
    assert faults(template, {"card", "table-responsive"}) == fault
