"""A row of the publisher's file means one order line, or none; it is never guessed."""

from __future__ import annotations

from uuid import UUID

import pytest

from vlms.reconciliation.rules.papers import AskedRow, OrderedLine, line_asked_for

NAMES = frozenset({"mcp-exam-voucher", "mcp exam voucher"})
FIRST = OrderedLine(UUID(int=1), frozenset({"O-1/1", "1"}), NAMES, 10)
SECOND = OrderedLine(UUID(int=2), frozenset({"O-1/2", "2"}), NAMES, 5)
OTHER = OrderedLine(UUID(int=3), frozenset({"O-1/3", "3"}), frozenset({"azure"}), 5)
ALL = (FIRST, SECOND, OTHER)


@pytest.mark.parametrize(
    ("row", "taken", "expected"),
    [
        (AskedRow("O-1/2", "azure", 1), (), SECOND),
        (AskedRow("", "mcp exam voucher", 5), (), SECOND),
        (AskedRow("", "azure", 99), (), OTHER),
        (AskedRow("", "mcp-exam-voucher", 7), (FIRST.id,), SECOND),
        (AskedRow("", "azure", 5), (OTHER.id,), OTHER),
        (AskedRow("", "unheard of", 5), (), None),
        (AskedRow("", "", 5), (), None),
        (AskedRow("O-9/1", "", 5), (), None),
    ],
)
def test_reference_goes_before_product_and_quantity(
    row: AskedRow, taken: tuple[UUID, ...], expected: OrderedLine | None
) -> None:
    assert line_asked_for(row, ALL, taken) == expected


def test_an_order_of_one_line_needs_no_product() -> None:
    assert line_asked_for(AskedRow("", "", None), (OTHER,), ()) == OTHER
    assert line_asked_for(AskedRow("", "unheard of", None), (OTHER,), ()) is None
    assert line_asked_for(AskedRow("", "", None), (), ()) is None
