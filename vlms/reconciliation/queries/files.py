"""Reading files of others, their lines and how their headings are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.exports.days import DayOrder
from vlms.reconciliation.models.files import (
    FileLine,
    FileMapping,
    ReconciliationFile,
    RowFate,
)
from vlms.reconciliation.rules.file_examination import Answers
from vlms.reconciliation.rules.file_layouts import Columns

LEFT_OUT = (
    RowFate.REPEATED,
    RowFate.REPLACED,
    RowFate.TOTAL,
    RowFate.UNREADABLE,
    RowFate.WITHDRAWN,
)


def get_file(session: Session, file_id: UUID) -> ReconciliationFile:
    """Raises NotFound."""
    found = session.scalar(select(ReconciliationFile).where(ReconciliationFile.id == file_id))
    if found is None:
        raise NotFound(None, _("There is no such file."))
    return found


def find_same_file(session: Session, reseller_id: UUID, digest: str) -> ReconciliationFile | None:
    """The file of exactly these bytes that counts already, in whichever period."""
    return session.scalar(
        select(ReconciliationFile).where(
            ReconciliationFile.reseller_id == reseller_id,
            ReconciliationFile.digest == digest,
            ReconciliationFile.withdrawn_at.is_(None),
        )
    )


def list_files(session: Session, period_id: UUID) -> Sequence[ReconciliationFile]:
    """The files of a period, the latest first; those taken back too."""
    statement = select(ReconciliationFile).where(ReconciliationFile.period_id == period_id)
    newest = ReconciliationFile.taken_at.desc(), ReconciliationFile.id.desc()
    return session.scalars(statement.order_by(*newest)).all()


def search_files(session: Session, listing: Listing) -> Page[ReconciliationFile]:
    """The files of all periods, page by page."""
    sorts = {"taken_at": ReconciliationFile.taken_at}
    return page_of(session, select(ReconciliationFile), sorts, listing)


def search_lines(
    session: Session, file_id: UUID, fate: RowFate | None, listing: Listing
) -> Page[FileLine]:
    """The rows of a file in their order, those of one fate if it is given."""
    statement = select(FileLine).where(FileLine.file_id == file_id)
    if fate is not None:
        statement = statement.where(FileLine.fate == fate)
    return page_of(session, statement, {"row_number": FileLine.row_number}, listing)


def count_fates(session: Session, file_id: UUID) -> dict[RowFate, int]:
    """The rows of a file by what became of them; every fate is in it."""
    counted = select(FileLine.fate, func.count()).where(FileLine.file_id == file_id)
    found = {fate: count for fate, count in session.execute(counted.group_by(FileLine.fate))}
    return {fate: found.get(fate, 0) for fate in RowFate}


def count_replaced(session: Session, file_id: UUID) -> int:
    """How many lines of earlier files it has replaced."""
    counted = select(func.count(FileLine.id)).where(FileLine.replaced_by_id == file_id)
    return session.scalar(counted) or 0


@dataclass(frozen=True)
class CurrencySums:
    """What the counted rows of a file say in one currency, in its minor units."""

    currency: str
    count: int
    net_minor: int | None
    tax_minor: int | None
    gross_minor: int | None


def sum_file(session: Session, file_id: UUID) -> Sequence[CurrencySums]:
    """The counted rows by currency; currencies are never added up."""
    sums = [func.sum(c) for c in (FileLine.net_minor, FileLine.tax_minor, FileLine.gross_minor)]
    statement = (
        select(FileLine.currency, func.count(), *sums)
        .where(FileLine.file_id == file_id, FileLine.fate == RowFate.COUNTED)
        .group_by(FileLine.currency)
        .order_by(FileLine.currency)
    )
    return [
        CurrencySums(currency or "", count, *(None if s is None else int(s) for s in minors))
        for currency, count, *minors in session.execute(statement)
    ]


def list_left_out(
    session: Session, file_id: UUID, most: int, fates: Collection[RowFate] = LEFT_OUT
) -> Sequence[FileLine]:
    """The first rows that do not count."""
    statement = select(FileLine).where(FileLine.file_id == file_id, FileLine.fate.in_(fates))
    return session.scalars(statement.order_by(FileLine.row_number).limit(most)).all()


def find_counted(
    session: Session, period_id: UUID, identities: Collection[str]
) -> Mapping[tuple[str, str], tuple[UUID, int]]:
    """The file and row of counted lines with these identities, by identity and content."""
    statement = select(
        FileLine.identity_digest, FileLine.content_digest, FileLine.file_id, FileLine.row_number
    ).where(
        FileLine.period_id == period_id,
        FileLine.fate == RowFate.COUNTED,
        FileLine.identity_digest.in_(identities),
    )
    return {
        (identity or "", content or ""): (file_id, row)
        for identity, content, file_id, row in session.execute(statement)
    }


def list_mappings(session: Session, reseller_id: UUID) -> Sequence[FileMapping]:
    statement = select(FileMapping).where(FileMapping.reseller_id == reseller_id)
    return session.scalars(statement.order_by(FileMapping.name, FileMapping.id)).all()


def find_mapping(session: Session, reseller_id: UUID, header_digest: str) -> FileMapping | None:
    """What is kept of a heading, by the digest of its titles."""
    return session.scalar(
        select(FileMapping).where(
            FileMapping.reseller_id == reseller_id, FileMapping.header_digest == header_digest
        )
    )


def known_answers(session: Session, reseller_id: UUID) -> dict[str, Answers]:
    """What a reseller has said about headings, by the digest of their titles."""
    return {one.header_digest: answers_of(one) for one in list_mappings(session, reseller_id)}


def answers_of(mapping: FileMapping) -> Answers:
    titles = {key: title for key, title in mapping.columns.items() if isinstance(title, str)}
    fixed = {key: v["fixed"] for key, v in mapping.columns.items() if isinstance(v, dict)}
    order = mapping.reading.get("day_order")
    return Answers(
        Columns(mapping.source, titles, fixed) if mapping.columns else None,
        DayOrder(order) if order else None,
        mapping.reading.get("decimal"),
    )
