"""A paper holds many lines in several tables: each line once, in order, and one summary."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from vlms.billing.queries.statements import Statement, StatementFilter
from vlms.billing.rules.layouts import Parties
from vlms.billing.rules.statement import Customer, Item, StatementLine, sums_by_kind, totals
from vlms.billing.statement_exports import paper
from vlms.core.language import Language
from vlms.exports.document import Rows
from vlms.exports.table import Table

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
MARCH = date(2026, 3, 1), date(2026, 3, 31)
# As many as one table of a paper holds.
MOST = 5_000
CUSTOMER = Customer(UUID(int=1), "contoso", "Contoso", "", "US")
ITEM = Item("exam", "Exam", "考試")


def line(position: int, currency: str) -> StatementLine:
    return StatementLine(
        customer=CUSTOMER,
        item=ITEM,
        order_id=UUID(int=2),
        line_id=UUID(int=position),
        order_number="O-1",
        position=position,
        sequence=1,
        ordered_on=MARCH[0],
        charged_on=MARCH[0],
        reason="purchase",
        charge_type="new",
        quantity=1,
        unit_price=Decimal(1),
        months=12,
        net_minor=100,
        tax_minor=5,
        currency=currency,
        start=MARCH[0],
        end=MARCH[1],
    )


def statement(**counts: int) -> Statement:
    """So many lines of each currency."""
    lines = [
        line(number, currency)
        for currency, count in counts.items()
        for number in range(1, count + 1)
    ]
    return Statement(StatementFilter(*MARCH, NOON), Parties(), lines, sums_by_kind(lines))


def tables(found: Statement) -> list[Table[StatementLine]]:
    """The tables of lines; a summary comes before those of its currency."""
    blocks = paper(found, NOON, Language.ENGLISH, "Asia/Taipei").blocks
    all_tables = [block.table for block in blocks if isinstance(block, Rows)]
    return [one for one in all_tables if "Lines" in str(one.title)]


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1]), (MOST, [MOST]), (MOST + 1, [MOST, 1]), (2 * MOST, [MOST, MOST])],
)
def test_every_line_stands_in_one_table_in_order(count: int, sizes: list[int]) -> None:
    found = statement(USD=count)
    parts = [list(table.rows) for table in tables(found)]
    assert [len(part) for part in parts] == sizes
    assert [one.position for part in parts for one in part] == list(range(1, count + 1))


def test_parts_state_no_totals_that_are_no_statements() -> None:
    (whole,) = tables(statement(USD=MOST))
    assert [total.expected for total in whole.totals] == [
        (one,) for one in _amounts(statement(USD=MOST))
    ]
    assert [list(part.totals) for part in tables(statement(USD=MOST + 1))] == [[], []]


def test_the_summary_still_has_the_totals_of_all_parts() -> None:
    found = statement(USD=MOST + 1)
    blocks = paper(found, NOON, Language.ENGLISH, "Asia/Taipei").blocks
    summary = next(block.table for block in blocks if isinstance(block, Rows))
    stated = [total.expected for total in summary.totals]
    assert stated == [(MOST + 1,), *((one,) for one in _amounts(found))]


def test_each_currency_is_divided_by_itself() -> None:
    sizes = [len(list(table.rows)) for table in tables(statement(EUR=MOST + 2, USD=3))]
    assert sizes == [MOST, 2, 3]


def _amounts(found: Statement) -> tuple[object, object, object]:
    (one,) = totals(found.sums)
    return one.net, one.tax, one.gross
