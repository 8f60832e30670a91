"""Texts are values until somebody reads them."""

from __future__ import annotations

import pytest

from vlms.core.errors import BadInput
from vlms.core.text import _, ngettext, sentences


def test_a_text_is_its_english_self_without_a_translator() -> None:
    assert str(_("%(count)s codes left", count=3)) == "3 codes left"
    assert str(ngettext("%(number)s code", "%(number)s codes", 1)) == "1 code"
    assert str(ngettext("%(number)s code", "%(number)s codes", 2)) == "2 codes"


def test_a_percent_sign_without_values_stays() -> None:
    assert str(_("50 % off")) == "50 % off"


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        (("One.", "Two."), "One. Two."),
        (("一。", "二。"), "一。二。"),
        (("一。", "", "(C2)"), "一。(C2)"),
        (("One.", "(C2)"), "One. (C2)"),
        ((), ""),
    ],
)
def test_sentences_are_set_as_their_script_wants(parts: tuple[str, ...], joined: str) -> None:
    assert sentences(*parts) == joined


def test_a_refusal_says_what_is_wrong_what_to_do_and_the_rule() -> None:
    refusal = BadInput("P2", _("No whole month is left."), way_out=_("Take the next period."))
    assert str(refusal) == "No whole month is left. Take the next period. (P2)"


def test_words_in_a_row_are_set_by_their_reader() -> None:
    assert str(_("Use one of: %(words)s.", words=("A", "B"))) == "Use one of: A, B."
