"""The page of the rules, to which messages lead."""

from __future__ import annotations

import pytest

from tests.support.pages import CheckingClient


@pytest.mark.parametrize(("tag", "title"), [("en", "Orders"), ("zh-TW", "訂單")])
def test_each_rule_has_an_anchor_in_the_readers_language(
    client: CheckingClient, tag: str, title: str
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = tag
    page = client.page("/rules")
    assert page.select_one("h2").text == title
    for number in ("O1", "P2", "C8", "A4", "R5", "K5", "M3"):
        term = page.find(id=number)
        assert term is not None
        assert len(term.find_next("dd").text) > 20


def test_worked_examples_stand_in_paragraphs_of_their_own(client: CheckingClient) -> None:
    rule = client.page("/rules").find(id="P1")
    paragraphs = rule.find_next("dd").find_all("p")
    assert [text.text[:10] for text in paragraphs[1:]] == [f"Example {n}:" for n in range(1, 5)]
    assert "<br>" not in rule.find_next("dd").text
