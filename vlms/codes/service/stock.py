"""Takes a provider's list into the operator's stock (C7): looked at first, then in one go.

Between the two the list is kept as an upload, sealed with the master key for a day: no code
lies in the database as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vlms.audit.service import journal
from vlms.catalog.models import CodeSource, Product
from vlms.catalog.queries import get_product
from vlms.codes.custody import Custody, custody_of
from vlms.codes.errors import BadCodeText, ListRefused
from vlms.codes.models import StockCode
from vlms.codes.rules.code_text import last_symbols
from vlms.codes.rules.list_columns import Columns, guess_columns
from vlms.codes.rules.printed_days import read_printed_day
from vlms.codes.rules.provider_list import Analysis, Malformed, NewCode, Row, analyse
from vlms.codes.service.sealed_uploads import keep_sealed, open_sealed
from vlms.codes.stock_queries import expected_count, held_indexes
from vlms.core.clock import local_day
from vlms.core.errors import Topic
from vlms.core.keys import KeyRing
from vlms.core.scoping import bulk_insert
from vlms.core.text import Text, _, ngettext
from vlms.core.tokens import new_id
from vlms.core.uploads import Upload, drop_upload
from vlms.core.work import Work
from vlms.exports.sheets import Sheet
from vlms.orders.models import OrderLine

PURPOSE = "codes"
_SAMPLE_ROWS = 20


@dataclass(frozen=True)
class ListTarget:
    """What a list is for: a product, perhaps one order line; its days are days of `zone`."""

    product_id: UUID
    zone: str
    line_id: UUID | None = None


@dataclass(frozen=True)
class ProviderList:
    """A list as it was read: headings, and cells with their row numbers, as text."""

    target: ListTarget
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def guess(self) -> Columns:
        """Where code and last day probably stand."""
        sample = [cells for _number, cells in self.rows[:_SAMPLE_ROWS]]
        return guess_columns(self.headers, sample)


def read_list(sheet: Sheet, target: ListTarget) -> ProviderList:
    """An uploaded sheet as a provider's list. Raises BadInput for an unsound sheet."""
    sheet.require_sound()
    places = range(len(sheet.headers))
    rows = tuple((row.number, tuple(row.text(place) for place in places)) for row in sheet.rows)
    return ProviderList(target, sheet.headers, rows)


def keep_list(work: Work, filename: str, found: ProviderList) -> Upload:
    """Keep a list, sealed, until it is taken in or a day has passed."""
    target = found.target
    remark = {
        "product": str(target.product_id),
        "zone": target.zone,
        "line": str(target.line_id) if target.line_id else None,
    }
    return keep_sealed(work, PURPOSE, (filename, [found.headers, found.rows]), remark)


def open_list(keys: KeyRing, upload: Upload) -> ProviderList:
    """The list that was kept."""
    (headers, rows), remark = open_sealed(keys, upload)
    target = ListTarget(
        UUID(remark["product"]),
        remark["zone"],
        UUID(remark["line"]) if remark["line"] else None,
    )
    return ProviderList(
        target, tuple(headers), tuple((number, tuple(cells)) for number, cells in rows)
    )


def dry_run(
    session: Session, keys: KeyRing, found: ProviderList, columns: Columns, now: datetime
) -> Analysis:
    """What taking the list in would do. Raises ListRefused without a column of codes."""
    code_place = _check_columns(found, columns)
    readable, bad_days = _read_rows(found, code_place, columns.last_day)
    line = session.get(OrderLine, found.target.line_id) if found.target.line_id else None
    analysis = analyse(
        readable,
        Custody(keys).index,
        lambda indexes: held_indexes(session, indexes),
        expected_count=expected_count(line) if line else None,
        today=local_day(now, found.target.zone),
    )
    malformed = sorted([*analysis.malformed, *bad_days], key=lambda each: each.row_number)
    return replace(analysis, malformed=tuple(malformed))


def _check_columns(found: ProviderList, columns: Columns) -> int:
    """Where the codes stand. Raises ListRefused for a column that the list does not have."""
    places = range(len(found.headers))
    if columns.last_day is not None and columns.last_day not in places:
        raise _refused(
            "column_missing",
            _("The list has no such column of last days."),
            _("Choose the column in which the last days stand, or none."),
            "day_column",
        )
    if columns.code is None or columns.code not in places:
        raise _refused(
            "column_missing",
            _("No column is chosen for the codes."),
            _("Choose the column in which the codes stand."),
            "code_column",
        )
    return columns.code


def take_in(
    work: Work, found: ProviderList, columns: Columns, *, leave_bad_rows: bool = False
) -> int:
    """Put the list's new codes into stock, all in one transaction; how many.

    Raises ListRefused: rows are bad and are not to be left out, nothing is new, the product
    makes its own codes, or another import took one of the codes in meanwhile.
    """
    product = get_product(work.session, found.target.product_id)
    _check_source(product)
    analysis = dry_run(work.session, work.keys, found, columns, work.now)
    check_rows(analysis, leave_bad_rows)
    rows = _stock_rows(work, found.target, analysis.new)
    try:
        bulk_insert(work.session, StockCode, rows)
    except IntegrityError as error:
        raise _raced() from error
    counts = {
        "new": len(analysis.new),
        "doubles": len(analysis.doubles),
        "already_held": len(analysis.already_held),
        "malformed": len(analysis.malformed),
        "order_line_id": found.target.line_id,
    }
    journal(work, "stock.taken_in", ("product", product.id, None), after=counts)
    return len(rows)


def take_in_upload(
    work: Work, upload: Upload, columns: Columns, *, leave_bad_rows: bool = False
) -> int:
    """Take a kept list in; it is then kept no longer. Raises as `take_in` does."""
    count = take_in(work, open_list(work.keys, upload), columns, leave_bad_rows=leave_bad_rows)
    drop_upload(work, upload)
    return count


def _read_rows(
    found: ProviderList, code_place: int, day_place: int | None
) -> tuple[list[Row], list[Malformed]]:
    readable: list[Row] = []
    bad_days: list[Malformed] = []
    for number, cells in found.rows:
        try:
            day = read_printed_day(cells[day_place]) if day_place is not None else None
        except BadCodeText as refusal:
            bad_days.append(Malformed(number, refusal))
        else:
            readable.append(Row(number, cells[code_place], day))
    return readable, bad_days


def _stock_rows(work: Work, target: ListTarget, codes: Sequence[NewCode]) -> list[dict[str, Any]]:
    ids = [new_id() for _code in codes]
    sealed = custody_of(work).seal_all(
        None, [(key, code.text) for key, code in zip(ids, codes, strict=True)]
    )
    return [
        {
            "id": key,
            "product_id": target.product_id,
            "order_line_id": target.line_id,
            "text_index": code.index_key,
            "sealed_text": sealed_text,
            "last4": last_symbols(code.text),
            "last_day": code.last_day,
            "zone": target.zone if code.last_day else None,
            "imported_at": work.now,
            "drawn_code_id": None,
        }
        for key, code, sealed_text in zip(ids, codes, sealed, strict=True)
    ]


def _check_source(product: Product) -> None:
    if product.code_source is not CodeSource.PROVIDER:
        raise _refused(
            "not_from_lists",
            _("The codes of %(product)s do not come from a provider's lists.", product=product.key),
            _("Choose another product, or change where its codes come from."),
            "product",
        )


def check_rows(analysis: Analysis, leave_bad_rows: bool) -> None:
    """Raises ListRefused: nothing new, or bad rows that nobody has agreed to leave out."""
    if not analysis.new:
        raise _refused(
            "nothing_new", _("The list holds no new code."), _("Ask the provider for another list.")
        )
    bad = len(analysis.doubles) + len(analysis.already_held) + len(analysis.malformed)
    if bad and not leave_bad_rows:
        raise _refused(
            "bad_rows",
            ngettext(
                "%(number)s row of the list cannot be taken in.",
                "%(number)s rows of the list cannot be taken in.",
                bad,
            ),
            _("Correct the list, or confirm that these rows are left out."),
            "leave_bad_rows",
        )


def _raced() -> ListRefused:
    return _refused(
        "raced",
        _("Another import has just taken in some of these codes; nothing was written."),
        _("Look at the list again: those codes are then shown as already held."),
    )


def _refused(reason: str, sentence: Text, way_out: Text, field: str | None = None) -> ListRefused:
    return ListRefused(
        "C7", sentence, reason=reason, field=field, way_out=way_out, ask=Topic.EXAM_PROVIDER
    )
