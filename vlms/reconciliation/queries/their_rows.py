"""Reads the rows of others' files for a month as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from vlms.catalog.models import Product
from vlms.core.parts import in_parts
from vlms.core.reading import search_key
from vlms.reconciliation.models.files import FileLine, ReconciliationFile
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.rules.file_words import FileSource, RowFate
from vlms.reconciliation.rules.sides import TheirRow


def products_by_name(session: Session) -> dict[str, str]:
    """The key of each product by all that it is called."""
    statement = select(Product.key, Product.name_en, Product.name_zh)
    return {search_key(name): row.key for row in session.execute(statement) for name in row if name}


def rows_of(
    session: Session, period: Period, source: FileSource, products: Mapping[str, str]
) -> list[TheirRow]:
    """The rows that count, and those that one file says several times."""
    counted = _rows(session, products, *_of(period, source), FileLine.fate == RowFate.COUNTED)
    again = _rows(session, products, *_of(period, source), FileLine.id.in_(_again(session, period)))
    return counted + again


def rows_elsewhere(
    session: Session,
    period: Period,
    source: FileSource,
    order_numbers: Collection[str],
    products: Mapping[str, str],
) -> dict[str, list[TheirRow]]:
    """Rows of the reseller's other months that name these orders, by month."""
    found: dict[str, list[TheirRow]] = defaultdict(list)
    others = select(Period.id, Period.month).where(
        Period.reseller_id == period.reseller_id, Period.id != period.id
    )
    for period_id, month in session.execute(others).all():
        for some in in_parts(sorted(order_numbers)):
            found[month] += _rows(
                session,
                products,
                FileLine.period_id == period_id,
                FileLine.source == source,
                FileLine.fate == RowFate.COUNTED,
                FileLine.order_number.in_(some),
            )
    return found


def sources_of(session: Session, period_id: UUID) -> list[FileSource]:
    """Whose files the period has; nothing is missing in a file that nobody gave."""
    statement = select(ReconciliationFile.source).where(
        ReconciliationFile.period_id == period_id, ReconciliationFile.withdrawn_at.is_(None)
    )
    return sorted(set(session.scalars(statement)))


def _of(period: Period, source: FileSource) -> tuple[ColumnElement[bool], ...]:
    return FileLine.period_id == period.id, FileLine.source == source


def _again(session: Session, period: Period) -> list[UUID]:
    """The rows that a file says again itself; the same file given twice says nothing twice."""
    repeated = (
        select(FileLine.id, FileLine.file_id, FileLine.content_digest)
        .join(ReconciliationFile, ReconciliationFile.id == FileLine.file_id)
        .where(
            FileLine.period_id == period.id,
            FileLine.fate == RowFate.REPEATED,
            ReconciliationFile.withdrawn_at.is_(None),
        )
        .order_by(FileLine.row_number)
    )
    found: dict[str, dict[UUID, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for row_id, file_id, content in session.execute(repeated):
        found[content or ""][file_id].append(row_id)
    first_in = _counted_in(session, period.id, found)
    again: list[UUID] = []
    for content, files in found.items():
        # Where the row that counts stands in another file, this one's first says nothing twice.
        extras: list[list[UUID]] = [
            rows if file_id == first_in.get(content) else rows[1:]
            for file_id, rows in files.items()
        ]
        again += sorted(extras, key=len)[-1]
    return again


def _counted_in(session: Session, period_id: UUID, contents: Collection[str]) -> dict[str, UUID]:
    """The file in which the row of this content counts."""
    found: dict[str, UUID] = {}
    for some in in_parts(sorted(contents)):
        statement = select(FileLine.content_digest, FileLine.file_id).where(
            FileLine.period_id == period_id,
            FileLine.fate == RowFate.COUNTED,
            FileLine.content_digest.in_(some),
        )
        found |= {content or "": file_id for content, file_id in session.execute(statement)}
    return found


def _rows(
    session: Session, products: Mapping[str, str], *conditions: ColumnElement[bool]
) -> list[TheirRow]:
    statement = select(
        FileLine.id,
        FileLine.row_number,
        FileLine.identity_digest,
        FileLine.order_number,
        FileLine.line_reference,
        FileLine.customer,
        FileLine.product,
        FileLine.quantity,
        FileLine.unit_price,
        FileLine.net_minor,
        FileLine.tax_minor,
        FileLine.gross_minor,
        FileLine.currency,
        FileLine.charge_start,
        FileLine.charge_end,
        FileLine.code_count,
    ).where(*conditions)
    found = session.execute(statement.execution_options(yield_per=5_000))
    return [_row(row, products) for row in found]


def _row(row: Any, products: Mapping[str, str]) -> TheirRow:
    return TheirRow(
        key=str(row.id),
        row=row.row_number,
        net=_net(row.net_minor, row.tax_minor, row.gross_minor),
        currency=row.currency or "",
        order_number=search_key(row.order_number) or None,
        reference=row.line_reference,
        customer=search_key(row.customer) or None,
        product=products.get(search_key(row.product)),
        quantity=row.quantity,
        unit_price=row.unit_price,
        tax=row.tax_minor,
        start=row.charge_start,
        end=row.charge_end,
        code_count=row.code_count,
        identity=row.identity_digest or "",
    )


def _net(net: int | None, tax: int | None, gross: int | None) -> int:
    """The net amount; where only the gross one is told, that less its tax."""
    return net if net is not None else (gross or 0) - (tax or 0)
