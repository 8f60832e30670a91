"""The parts in which the rows of a dry run are shown, as the address asks for them."""

from __future__ import annotations

import pytest
from flask import Flask

from vlms.core.dry_run import Change, DryRun, Line
from vlms.web.dry_runs import LINES_SHOWN, shown_lines

_RUN: DryRun[None] = DryRun(
    (), [Line(number, Change.NEW, ()) for number in range(LINES_SHOWN + 1)], []
)


@pytest.mark.parametrize(
    ("asked", "number"), [("2", 2), ("3", 2), ("0", 1), ("-1", 1), ("²", 1), ("9" * 5000, 1)]
)
def test_whatever_the_address_asks_for_is_a_part_that_is_there(
    app: Flask, asked: str, number: int
) -> None:
    with app.test_request_context(query_string={"part": asked}):
        assert shown_lines(_RUN).number == number
