"""Files of others are taken in: each row gets its fate, nothing counts twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from vlms.core.errors import BadInput, Conflict
from vlms.core.packed_text import pack_text, unpack_text
from vlms.core.scoping import bulk_insert, guarded_update, seeing_unfinished
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.reconciliation.models.files import FileLine, ReconciliationFile, RowFate
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.files import (
    count_fates,
    find_counted,
    find_same_file,
    known_answers,
    list_left_out,
)
from vlms.reconciliation.rules.file_examination import Answers, Examination, RawTable, examine
from vlms.reconciliation.rules.file_rows import FileRow, RowReader
from vlms.reconciliation.service.mappings import remember_answers
from vlms.reconciliation.service.periods import change_period, hold_period

PIECE = 2_000
# After so long, whoever was writing a file has died.
_LEFT_OVER = timedelta(hours=1)
_VALUES = (
    "customer order_number line_reference invoice_number product charge_type quantity unit_price"
    " net_minor tax_minor gross_minor currency ordered_on charge_start charge_end code_count"
).split()


@dataclass(frozen=True)
class Delivered:
    """A file as it came: its name, SHA-256 in hexadecimal of its bytes, its rows."""

    filename: str
    digest: str
    table: RawTable


def examine_file(
    session: Session, reseller_id: UUID, delivered: Delivered, said: Answers
) -> Examination:
    """How it is to be read, with what the reseller said of such headings before."""
    return examine(delivered.table, known_answers(session, reseller_id), said)


def find_taken(session: Session, period: Period, digest: str) -> ReconciliationFile | None:
    """The very file, where this period has it already. Raises Conflict where another one has."""
    same = find_same_file(session, period.reseller_id, digest)
    if same is not None and same.period_id != period.id:
        month = session.scalars(select(Period.month).where(Period.id == same.period_id)).one()
        raise Conflict(
            None,
            _("This very file was taken in for %(month)s already.", month=month),
            reason="taken_elsewhere",
            way_out=_("Take it back there first, if it belongs here."),
        )
    return same


def take_file(
    work: Work, period: Period, delivered: Delivered, said: Answers | None = None
) -> ReconciliationFile:
    """Take a file in, all of it in this work; the very file again changes nothing.

    Raises BadInput for a file that cannot be read or leaves a question open, Conflict when
    the period is closed.
    """
    same = find_taken(work.session, period, delivered.digest)
    if same is not None:
        return same
    found = examine_file(work.session, period.reseller_id, delivered, said or Answers())
    file_id = begin_file(work, period, delivered, found, said or Answers())
    for rows in pieces(delivered, found):
        write_rows(work, file_id, rows)
    return finish_file(work, file_id)


def pieces(delivered: Delivered, found: Examination) -> Iterator[Sequence[FileRow]]:
    """The rows of a file, read, some thousand at a time."""
    reader = RowReader(found.way())
    rows = map(reader.read, delivered.table.rows())
    while piece := list(islice(rows, PIECE)):
        yield piece


def begin_file(
    work: Work, period: Period, delivered: Delivered, found: Examination, said: Answers
) -> UUID:
    """A file that nobody sees before it is finished; what is asked of it is remembered.

    Raises Conflict when the period is closed, another file is being taken in for it, or this
    very file for whichever period.
    """
    found.way()
    change_period(work, period)
    _drop_left_over(work, period)
    mapping_id = remember_answers(work, period.reseller_id, found, said)
    row = {
        "id": new_id(),
        "reseller_id": period.reseller_id,
        "period_id": period.id,
        "filename": delivered.filename[-200:],
        "digest": delivered.digest,
        "source": found.columns.source,
        "layout": found.heading.layout,
        "mapping_id": mapping_id,
        "reading": _told(delivered.table, found),
        "line_count": 0,
        "left_out_count": 0,
        "taken_at": work.now,
        "taken_by": work.actor.user_id,
        "withdrawn_at": None,
        "unfinished_since": work.now,
    }
    try:
        with work.session.begin_nested():
            bulk_insert(work.session, ReconciliationFile, [row])
    except IntegrityError:
        raise _being_taken(delivered.filename) from None
    return row["id"]  # type: ignore[return-value]


def _being_taken(filename: str) -> Conflict:
    return Conflict(
        None,
        _("The file %(name)s is being taken in at this moment.", name=filename),
        reason="being_taken",
        way_out=_("Wait until it is done, and try again."),
    )


def _told(table: RawTable, found: Examination) -> dict[str, Any]:
    return {
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "heading_row": found.heading.row,
        "day_order": found.shown_order,
        "decimal": found.decimal,
        "columns": asdict(found.columns),
    }


def _drop_left_over(work: Work, period: Period) -> None:
    """What a broken attempt has left goes. Raises Conflict while somebody is still writing."""
    with seeing_unfinished(work.session):
        found = work.session.scalars(
            select(ReconciliationFile).where(
                ReconciliationFile.period_id == period.id,
                ReconciliationFile.unfinished_since.is_not(None),
            )
        ).all()
        for file in found:
            if file.unfinished_since and work.now < file.unfinished_since + _LEFT_OVER:
                raise _being_taken(file.filename)
            drop_unfinished(work, file.id)


def drop_unfinished(work: Work, file_id: UUID) -> None:
    """Leave nothing of a file that was not finished."""
    with seeing_unfinished(work.session):
        for statement in (
            delete(FileLine).where(FileLine.file_id == file_id),
            delete(ReconciliationFile).where(ReconciliationFile.id == file_id),
        ):
            work.session.execute(statement, execution_options={"synchronize_session": False})


def write_rows(work: Work, file_id: UUID, rows: Sequence[FileRow]) -> None:
    """Write some rows; a line that stands there already, word by word, is repeated."""
    with seeing_unfinished(work.session):
        file = work.session.get_one(ReconciliationFile, file_id)
        seen = _Seen(work, file, rows)
        bulk_insert(work.session, FileLine, [_line(file, row, *seen.fate(row)) for row in rows])


class _Seen:
    """The lines that count already, of this period, among those that a piece names."""

    def __init__(self, work: Work, file: ReconciliationFile, rows: Sequence[FileRow]) -> None:
        named = {row.identity_digest for row in rows if row.identity_digest}
        found = find_counted(work.session, file.period_id, named)
        self._found = dict(found)
        self._file = file
        ids = {file_id for file_id, _row in found.values()} - {file.id}
        others = select(ReconciliationFile).where(ReconciliationFile.id.in_(ids))
        self._names = {one.id: one.filename for one in work.session.scalars(others)}

    def fate(self, row: FileRow) -> tuple[RowFate, dict[str, Any] | None]:
        """What becomes of a row, with the packed reason."""
        if row.identity_digest is None or row.content_digest is None:
            return row.fate, pack_text(row.remark)
        key = row.identity_digest, row.content_digest
        there = self._found.setdefault(key, (self._file.id, row.number))
        if there == (self._file.id, row.number):
            return RowFate.COUNTED, None
        file_id, number = there
        if file_id == self._file.id:
            return RowFate.REPEATED, pack_text(_("Row %(row)s says the very same.", row=number))
        name = self._names[file_id]
        said = _("Row %(row)s of %(file)s says the very same.", row=number, file=name)
        return RowFate.REPEATED, pack_text(said)


def _line(
    file: ReconciliationFile, row: FileRow, fate: RowFate, remark: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "reseller_id": file.reseller_id,
        "period_id": file.period_id,
        "file_id": file.id,
        "source": file.source,
        "row_number": row.number,
        "fate": fate,
        "replaced_by_id": None,
        "remark": remark,
        "identity_digest": row.identity_digest,
        "content_digest": row.content_digest,
        **{name: row.values.get(name) for name in _VALUES},
    }


def finish_file(work: Work, file_id: UUID) -> ReconciliationFile:
    """Let the file be seen; lines of earlier files that it says otherwise are replaced.

    Raises BadInput when no row of it could be counted, Conflict when the period was closed
    while they were written.
    """
    work.does("reconciliation.file_taken")
    with seeing_unfinished(work.session):
        file = work.session.get_one(ReconciliationFile, file_id)
        # Who is matching the month has not seen them.
        change_period(work, hold_period(work, file.period_id))
        counts = count_fates(work.session, file_id)
        if not counts[RowFate.COUNTED] and not counts[RowFate.REPEATED]:
            raise _nothing_counts(work, file_id)
        _replace(work, file)
        line_count = sum(counts.values()) - counts[RowFate.HEADING]
        file.line_count = line_count
        file.left_out_count = line_count - counts[RowFate.COUNTED]
        # A matching while they were written has not seen them.
        file.taken_at, file.unfinished_since = work.now, None
        work.flush()
    return file


def _nothing_counts(work: Work, file_id: UUID) -> BadInput:
    way_out = _("Look at what its columns hold, and choose them again.")
    for line in list_left_out(work.session, file_id, 1, [RowFate.UNREADABLE]):
        said = unpack_text(line.remark)
        way_out = _("Row %(row)s: %(sentence)s", row=line.row_number, sentence=said)
    sentence = _("No row of the file can be counted.")
    return BadInput(None, sentence, reason="nothing_counts", field="file", way_out=way_out)


def _replace(work: Work, file: ReconciliationFile) -> None:
    """What an earlier file said of the same lines, and this one does not say any more."""
    mine, same = aliased(FileLine), aliased(FileLine)
    changed = select(mine.identity_digest).where(
        mine.file_id == file.id, mine.fate == RowFate.COUNTED
    )
    confirmed = select(same.content_digest).where(
        same.file_id == file.id, same.fate == RowFate.REPEATED
    )
    said = pack_text(_("%(file)s says it otherwise; that counts.", file=file.filename))
    guarded_update(
        work.session,
        FileLine,
        FileLine.period_id == file.period_id,
        FileLine.file_id != file.id,
        FileLine.fate == RowFate.COUNTED,
        FileLine.identity_digest.in_(changed),
        FileLine.content_digest.not_in(confirmed),
        fate=RowFate.REPLACED,
        replaced_by_id=file.id,
        remark=said,
    )
