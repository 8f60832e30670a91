"""What stays in a browser: nothing of a page, and passwords typed or pasted as people like."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup

from tests.support.pages import CheckingClient
from tests.support.sources import ROOT

STORES = re.compile(r"localStorage|sessionStorage|indexedDB|\bcaches\b|document\.cookie")
HINDERING = re.compile(r"onpaste|[\"']paste[\"']")
SCRIPTS = sorted((ROOT / "static" / "app").glob("*.js"))
KINDS = {"current-password", "new-password"}


def test_our_scripts_keep_nothing_and_hinder_no_pasting() -> None:
    assert len(SCRIPTS) > 3
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        assert not STORES.search(text), script
        assert not HINDERING.search(text), script
    for template in (ROOT / "templates").rglob("*.html"):
        assert not HINDERING.search(template.read_text(encoding="utf-8")), template


@pytest.mark.parametrize(
    "line", ["localStorage.setItem('a', b)", "sessionStorage.a = 1", "document.cookie = 'a=1'"]
)
def test_a_script_that_keeps_something_is_found(line: str) -> None:
    assert STORES.search(line)


def test_a_page_that_hinders_pasting_is_found() -> None:
    assert HINDERING.search("field.addEventListener('paste', refuse)")


def test_no_page_is_kept_for_going_back(client: CheckingClient) -> None:
    config = client.page("/sign-in").select_one('meta[name="htmx-config"]')
    assert config is not None
    assert json.loads(str(config["content"]))["historyCacheSize"] == 0


def hinders(page: BeautifulSoup) -> list[str]:
    """Fields for passwords that show what is typed, or that no manager of passwords can fill."""
    return [
        str(field)
        for field in page.select('input[name*="password"]')
        if field.get("type") != "password"
        or field.get("autocomplete") not in KINDS
        or field.has_attr("readonly")
    ]


def test_fields_for_passwords_hide_them_and_are_filled_by_managers(client: CheckingClient) -> None:
    page = client.page("/sign-in")
    assert page.select('input[name="password"]')
    assert hinders(page) == []


@pytest.mark.parametrize(
    "field",
    [
        '<input name="password" type="text" autocomplete="current-password">',
        '<input name="new_password" type="password" autocomplete="off">',
        '<input name="password" type="password" autocomplete="new-password" readonly>',
    ],
)
def test_a_field_that_hinders_is_found(field: str) -> None:
    assert len(hinders(BeautifulSoup(field, "html.parser"))) == 1
