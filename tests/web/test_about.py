"""Every page says in a sentence or two what it is for."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.pages import CheckingClient
from vlms.web.about_words import ABOUT, NO_PAGES


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def untold(found: set[str]) -> set[str]:
    """The pages that say nothing of themselves."""
    return found - ABOUT.keys() - NO_PAGES


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_page_says_what_it_is_for(app: Flask) -> None:
    assert untold(endpoints(app)) == set(), "give them words in vlms/web/about_words.py"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_words_belong_to_pages_that_are_there(app: Flask) -> None:
    assert (ABOUT.keys() | NO_PAGES) - endpoints(app) == set()
    assert not ABOUT.keys() & NO_PAGES


def test_a_page_without_words_is_noticed() -> None:
    assert untold({"orders.index", "orders.surprise", "static"}) == {"orders.surprise"}


def test_the_words_are_one_or_two_short_sentences() -> None:
    long = {endpoint: str(words) for endpoint, words in ABOUT.items() if len(str(words)) > 160}
    assert long == {}
    assert all(str(words)[-1] in ".…" for words in ABOUT.values())


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_page_shows_its_words_without_a_script(app: Flask, client: CheckingClient) -> None:
    found = client.page("/help").select_one("details.about")
    assert found is not None
    assert str(ABOUT["help.contacts"]) in found.get_text()
