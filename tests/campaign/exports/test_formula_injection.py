"""The long version: more than ten thousand texts in each kind of file."""

from __future__ import annotations

import pytest

from tests.unit.exports.test_formula_injection import formulas_in_book, payloads, triggers_in_csv


@pytest.mark.campaign
def test_no_text_becomes_a_formula() -> None:
    texts = list(payloads())
    formulas, triggers = formulas_in_book(texts), triggers_in_csv(texts)
    bound = 3 / len(texts)
    print(f"{len(texts)} payloads: {formulas} formulas, {len(triggers)} triggers (< {bound:.1e})")
    assert (formulas, triggers) == (0, [])
    assert len(texts) >= 10_000
