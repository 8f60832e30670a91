"""What a cell of a workbook for moving in is told when it cannot be read."""

from __future__ import annotations

import pytest

from vlms.core.errors import BadInput
from vlms.planning.rules.opening_sheets import CELLS, SheetKey


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Charge type is missing."),
        (" ", "Charge type is missing."),
        ("gift", "Charge type: there is no “gift”."),
    ],
)
def test_a_word_that_is_not_there_is_told_from_a_wrong_one(typed: str, sentence: str) -> None:
    cell = next(each for each in CELLS[SheetKey.ORDERS] if each.key == "type")
    with pytest.raises(BadInput) as refused:
        cell.read(typed)
    assert str(refused.value.sentence) == sentence
    assert "addQuantity" in str(refused.value.way_out)
