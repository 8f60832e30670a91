"""Words for totals, in either language, and names that only look like them."""

from __future__ import annotations

import pytest

from vlms.reconciliation.rules.file_rows import is_total_word


@pytest.mark.parametrize(
    "word",
    ["Total", "TOTALS", "Grand total", "Sub-total:", "Total (TWD)", "Sum", "合計：", "本期總計"],
)
def test_a_word_for_totals_is_known(word: str) -> None:
    assert is_total_word(word)


@pytest.mark.parametrize("word", ["", None, "Total Energies", "Totally", "TWD", "總務處", "O-1"])
def test_a_name_is_no_total(word: str | None) -> None:
    assert not is_total_word(word)
