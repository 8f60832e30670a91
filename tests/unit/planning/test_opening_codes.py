"""Codes that are brought along: which texts are taken in (C7)."""

from __future__ import annotations

import pytest

from vlms.codes.errors import BadCodeText
from vlms.planning.rules.opening_codes import SHORTEST_BROUGHT, text_of


def test_a_providers_code_that_could_be_guessed_is_not_asked_for() -> None:
    with pytest.raises(BadCodeText):
        text_of({"code": "A" * (SHORTEST_BROUGHT - 1), "last4": None})


def test_a_longer_one_is_taken_in_one_form() -> None:
    text, _last4, is_own = text_of({"code": "ab-cde fgh 12", "last4": None})
    assert (text, is_own) == ("ABCDEFGH12", False)
