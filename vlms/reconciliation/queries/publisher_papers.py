"""Finds the publisher's invoices that a file tells of, and the order lines that its rows mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.billing.models.publisher import PublisherInvoice
from vlms.billing.service.publisher_invoices import BilledLine
from vlms.core.money import Money
from vlms.core.parts import in_parts
from vlms.core.reading import search_key
from vlms.orders.models import Order, OrderLine
from vlms.reconciliation.models.files import FileLine, ReconciliationFile
from vlms.reconciliation.queries.files import get_file
from vlms.reconciliation.rules.file_words import FileSource, RowFate
from vlms.reconciliation.rules.papers import AskedRow, OrderedLine, line_asked_for


@dataclass(frozen=True)
class PaperFound:
    """An invoice of the file: what it asks for, and the rows whose order line is not known."""

    number: str
    currency: str
    lines: Sequence[BilledLine]
    unknown_rows: Sequence[int]
    is_recorded: bool

    @property
    def net(self) -> Money:
        return Money(sum(line.net_minor for line in self.lines), self.currency)

    @property
    def tax(self) -> Money:
        return Money(sum(line.tax_minor or 0 for line in self.lines), self.currency)

    @property
    def is_ready(self) -> bool:
        return not self.is_recorded and not self.unknown_rows


def papers_in(session: Session, file_id: UUID) -> list[PaperFound]:
    """The publisher's invoices that a file tells of, by number and currency."""
    file = get_file(session, file_id)
    by_paper: dict[tuple[str, str], list[FileLine]] = defaultdict(list)
    for row in _rows(session, file):
        if row.invoice_number and row.currency and row.net_minor is not None:
            by_paper[row.invoice_number, row.currency].append(row)
    numbers = {row.order_number or "" for rows in by_paper.values() for row in rows}
    ordered = _ordered(session, file, numbers)
    known = _recorded(session, file.reseller_id)
    return [
        _paper(key, rows, ordered, is_recorded=key in known)
        for key, rows in sorted(by_paper.items())
    ]


def _rows(session: Session, file: ReconciliationFile) -> Sequence[FileLine]:
    if file.source is not FileSource.PUBLISHER:
        return ()
    statement = select(FileLine).where(
        FileLine.file_id == file.id, FileLine.fate == RowFate.COUNTED
    )
    return session.scalars(statement.order_by(FileLine.row_number)).all()


def _ordered(
    session: Session, file: ReconciliationFile, numbers: Collection[str]
) -> Mapping[str, list[OrderedLine]]:
    """The lines of the reseller's orders with these numbers."""
    found: dict[str, list[OrderedLine]] = defaultdict(list)
    for some in in_parts(sorted(numbers)):
        statement = (
            select(OrderLine)
            .join(OrderLine.order)
            .where(Order.number.in_(some), Order.reseller_id == file.reseller_id)
            .options(joinedload(OrderLine.order), joinedload(OrderLine.product))
            .order_by(Order.number, OrderLine.position)
        )
        for line in session.scalars(statement):
            product = line.product
            names = frozenset(
                search_key(name) for name in (product.key, product.name_en, product.name_zh)
            )
            number, place = line.order.number, line.position
            references = frozenset({f"{number}/{place}", f"{number}-{place}", str(place)})
            found[number].append(OrderedLine(line.id, references, names, line.quantity))
    return found


def _recorded(session: Session, reseller_id: UUID) -> set[tuple[str, str]]:
    columns = select(PublisherInvoice.number, PublisherInvoice.currency)
    rows = session.execute(columns.where(PublisherInvoice.reseller_id == reseller_id))
    return {(number, currency) for number, currency in rows}


def _paper(
    key: tuple[str, str],
    rows: Sequence[FileLine],
    ordered: Mapping[str, list[OrderedLine]],
    *,
    is_recorded: bool,
) -> PaperFound:
    lines: list[BilledLine] = []
    unknown: list[int] = []
    taken: set[UUID] = set()
    for row in rows:
        asked = AskedRow(row.line_reference or "", search_key(row.product), row.quantity)
        line = line_asked_for(asked, ordered.get(row.order_number or "", ()), taken)
        if line is None:
            unknown.append(row.row_number)
            continue
        taken.add(line.id)
        lines.append(
            BilledLine(
                line.id, row.net_minor or 0, row.quantity, row.unit_price, row.tax_minor or 0
            )
        )
    return PaperFound(key[0], key[1], lines, unknown, is_recorded)
