"""Statements as files: the two published layouts, the workbook, and the paper."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from vlms.billing.queries.statements import Statement, StatementFilter
from vlms.billing.rules.layouts import Layout
from vlms.billing.rules.statement import CodeStanding, StatementLine, Sum, totals
from vlms.billing.rules.tie_out import require_equal, unequal_sums
from vlms.billing.statement_words import KIND_WORDS, STANDING_MEANINGS, STANDING_WORDS
from vlms.core.days import day_writer
from vlms.core.language import Language, tag_of
from vlms.core.money import Money
from vlms.core.text import Name, Text, _
from vlms.exports.csv import disarmed
from vlms.exports.document import Block, Document, Facts, Heading, Note, Paragraph, Rows
from vlms.exports.table import Column, Kind, Table, Total

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_BEFORE_CUT_OFF = _("Charges recorded until the cut-off are in, for ever; later ones are not.")
_ROUNDED = _(
    "Each line is rounded once, after multiplying by quantity and months; a total is the sum "
    "of the rounded lines, so that an order in parts may differ by the rounding of its lines (P3)."
)


def write_layout(statement: Statement, layout: Layout, out: BinaryIO) -> None:
    """Write the layout's rows. Raises StatementWithheld when they say other sums."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(layout.titles)
    currency_at = layout.titles.index("Currency")
    nets_at = [layout.titles.index(title) for title in layout.nets]
    gross_at = layout.titles.index(layout.gross)
    sums: list[dict[str, tuple[int, int]]] = [{} for _place in nets_at]
    for line in statement.lines:
        row = [_field(value) for value in layout.row(line, statement.parties)]
        for found, at in zip(sums, nets_at, strict=True):
            _add(found, row[currency_at], row[at], row[gross_at])
        writer.writerow(row)
    text.flush()
    text.detach()
    for found in sums:
        require_equal(unequal_sums(totals(statement.sums), found))


def _field(value: str) -> str:
    return value if _NUMBER.fullmatch(value) else disarmed(value)


def _add(sums: dict[str, tuple[int, int]], currency: str, net: str, gross: str) -> None:
    """Add what the row says, as it is written."""
    so_far = sums.get(currency, (0, 0))
    read = [Money.of(Decimal(text), currency).minor for text in (net, gross)]
    sums[currency] = (so_far[0] + read[0], so_far[1] + read[1])


_NET = Column[StatementLine](_("Net"), lambda line: line.net, Kind.MONEY)
_TAX = Column[StatementLine](_("Tax"), lambda line: line.tax, Kind.MONEY)
_GROSS = Column[StatementLine](_("Total with tax"), lambda line: line.gross, Kind.MONEY)
_ORDER = Column[StatementLine](_("Order"), lambda line: line.order_number)
_POSITION = Column[StatementLine](_("Line"), lambda line: line.position, Kind.INTEGER)
_CUSTOMER = Column[StatementLine](_("Customer"), lambda line: line.customer.name)
_PRODUCT = Column[StatementLine](_("Product"), lambda line: item_name(line))
_KIND = Column[StatementLine](
    _("Charge"),
    lambda line: KIND_WORDS[line.kind],
    meaning=_("Why it was charged; a cancellation and a lower price are negative."),
)
_QUANTITY = Column[StatementLine](_("Quantity"), lambda line: line.quantity, Kind.INTEGER)
_CHARGED = Column[StatementLine](
    _("Charged on"),
    lambda line: line.charged_on,
    Kind.DATE,
    meaning=_("The day in the agreement's zone; it tells the period."),
)
_FORMULA = Column[StatementLine](
    _("Reckoned as"),
    lambda line: line.formula,
    meaning=_("Unit price × quantity × months / 12 (P1); ≈ where it was rounded (P3)."),
)
_COLUMNS = (
    _ORDER,
    _POSITION,
    _CUSTOMER,
    _PRODUCT,
    _KIND,
    _CHARGED,
    _QUANTITY,
    Column[StatementLine](
        _("Unit price for 12 months"), lambda line: line.unit_price, Kind.UNIT_PRICE
    ),
    Column[StatementLine](_("Months"), lambda line: line.months, Kind.INTEGER),
    Column[StatementLine](_("First day"), lambda line: line.start, Kind.DATE),
    Column[StatementLine](_("Last day"), lambda line: line.end, Kind.DATE),
    _NET,
    _TAX,
    _GROSS,
    Column[StatementLine](_("Currency"), lambda line: line.currency),
    Column[StatementLine](_("Invoice"), lambda line: line.invoice_number),
    _FORMULA,
)
# So many lines stand in one table of a paper.
_PAPER_ROWS = 5_000
# A page is not as wide as a sheet.
_PAPER_COLUMNS = tuple(_COLUMNS[place] for place in (0, 1, 2, 3, 4, 5, 16, 11, 12, 13))


def item_name(line: StatementLine) -> Text:
    """The product's name in the reader's language."""
    return Name(line.item.name, chinese=line.item.chinese_name)


def _table(
    statement: Statement, one: Sum, columns: Sequence[Column[StatementLine]], made_at: datetime
) -> Table[StatementLine]:
    """The lines of one currency, which must add up to what the statement says."""
    lines = (line for line in statement.lines if line.currency == one.currency)
    ends = ((_NET, one.net), (_TAX, one.tax), (_GROSS, one.gross))
    return Table(
        _("Lines %(currency)s", currency=one.currency),
        columns,
        lines,
        made_at,
        totals=[Total(column, (amount,)) for column, amount in ends],
        marks=(_covered(statement.wanted),),
        notes=(_BEFORE_CUT_OFF, _ROUNDED),
    )


def _covered(wanted: StatementFilter) -> Text:
    """The days and the cut-off, as sheets say them."""
    return _(
        "From %(first)s to %(last)s, cut-off %(moment)s",
        first=wanted.first,
        last=wanted.last,
        moment=f"{wanted.cut_off_at:%Y-%m-%d %H:%M:%S %Z}",
    )


def _summary(one: Sum, sums: Sequence[Sum], made_at: datetime) -> Table[Sum]:
    net = Column[Sum](_("Net"), lambda found: found.net, Kind.MONEY)
    tax = Column[Sum](_("Tax"), lambda found: found.tax, Kind.MONEY)
    gross = Column[Sum](_("Total with tax"), lambda found: found.gross, Kind.MONEY)
    count = Column[Sum](_("Lines"), lambda found: found.count, Kind.INTEGER)
    return Table(
        _("Summary %(currency)s", currency=one.currency),
        (
            Column[Sum](_("Charge"), lambda found: found.kind and KIND_WORDS[found.kind]),
            count,
            net,
            tax,
            gross,
        ),
        [each for each in sums if each.currency == one.currency],
        made_at,
        totals=(
            Total(count, (one.count,)),
            Total(net, (one.net,)),
            Total(tax, (one.tax,)),
            Total(gross, (one.gross,)),
        ),
    )


@dataclass(frozen=True, slots=True)
class CodeCounts:
    """How many codes of an order line stood how at the cut-off."""

    reference: str
    product: Text
    counts: Counter[CodeStanding]


def codes_of(
    statement: Statement, counts: Mapping[UUID, Counter[CodeStanding]]
) -> list[CodeCounts]:
    """The lines that have codes, each once, in the statement's order."""
    lines = {line.line_id: line for line in statement.lines if line.line_id in counts}
    return [CodeCounts(one.reference, item_name(one), counts[key]) for key, one in lines.items()]


def _codes(counts: Sequence[CodeCounts], made_at: datetime) -> Table[CodeCounts]:
    columns = [
        Column[CodeCounts](_("Order line"), lambda one: one.reference),
        Column[CodeCounts](_("Product"), lambda one: one.product),
    ]
    states = [_state_column(state) for state in CodeStanding]
    return Table(
        _("Codes by state"),
        (*columns, *states),
        counts,
        made_at,
        totals=[Total(column) for column in states],
    )


def _state_column(state: CodeStanding) -> Column[CodeCounts]:
    return Column(
        STANDING_WORDS[state],
        lambda one: one.counts[state],
        Kind.INTEGER,
        meaning=STANDING_MEANINGS[state],
    )


def workbook(
    statement: Statement, counts: Sequence[CodeCounts], made_at: datetime
) -> list[Table[object]]:
    """A sheet of sums and one of lines for each currency, and one of codes by their states."""
    found: list[Table[object]] = []
    for one in totals(statement.sums):
        found.append(_summary(one, statement.sums, made_at))  # type: ignore[arg-type]
        found.append(_table(statement, one, _COLUMNS, made_at))  # type: ignore[arg-type]
    found.append(_codes(counts, made_at))  # type: ignore[arg-type]
    return found


def _paper_tables(statement: Statement, one: Sum, made_at: datetime) -> list[Table[StatementLine]]:
    """The lines of one currency; more than a table of a paper holds are several of them.

    These have no totals of their own, since they would be no statement's.
    """
    whole = _table(statement, one, _PAPER_COLUMNS, made_at)
    if one.count <= _PAPER_ROWS:
        return [whole]
    lines = list(whole.rows)
    starts = range(0, len(lines), _PAPER_ROWS)
    return [replace(whole, rows=lines[at : at + _PAPER_ROWS], totals=()) for at in starts]


def _only_customer(statement: Statement) -> list[tuple[Text, str]]:
    """The customer, where the statement has lines of one alone."""
    names = {line.customer.id: line.customer.name for line in statement.lines}
    return [(_("Customer"), name) for name in names.values()] if len(names) == 1 else []


def paper(statement: Statement, made_at: datetime, language: Language, zone: str) -> Document:
    """The statement as PDF: what it covers, the sums, and the lines of each currency."""
    local = made_at.astimezone(ZoneInfo(zone))
    cut_off = statement.wanted.cut_off_at.astimezone(ZoneInfo(zone))
    blocks: list[Block] = [
        Facts(
            [
                (_("First day"), statement.wanted.first),
                (_("Last day"), statement.wanted.last),
                (_("Cut-off"), f"{cut_off:%Y-%m-%d %H:%M:%S} ({zone})"),
                *_only_customer(statement),
            ]
        ),
        Note(_BEFORE_CUT_OFF),
        Note(_ROUNDED),
    ]
    for one in totals(statement.sums):
        blocks.append(Heading(_("Summary %(currency)s", currency=one.currency)))
        blocks.append(Rows(_summary(one, statement.sums, local)))
        blocks.append(Heading(_("Lines %(currency)s", currency=one.currency)))
        blocks += [Rows(table) for table in _paper_tables(statement, one, local)]
    if not statement.lines:
        blocks.append(Paragraph(_("Nothing was charged in these days.")))
    return Document(
        _("Statement"),
        blocks,
        local,
        language=tag_of(language),
        landscape=True,
        write_day=day_writer(language, False),
    )
