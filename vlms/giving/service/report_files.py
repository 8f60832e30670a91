"""A provider's report as a file: kept sealed, its columns found, its rows read (C3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.codes.rules.code_text import may_be_code, squeezed
from vlms.codes.service.sealed_uploads import keep_sealed, open_sealed
from vlms.core.dry_run import Fault
from vlms.core.errors import BadInput
from vlms.core.keys import KeyRing
from vlms.core.reading import search_key
from vlms.core.text import _
from vlms.core.uploads import Upload
from vlms.core.work import Work
from vlms.exports.days import DayEvidence, DayOrder
from vlms.exports.mapping import (
    Fixed,
    FromColumn,
    Source,
    check_mapping,
    guess_mapping,
    is_name_of_field,
)
from vlms.exports.sheets import Sheet
from vlms.giving.models.provider_reports import ProviderMapping
from vlms.giving.queries.provider_reports import find_mapping
from vlms.giving.rules.report_rows import SHORTEST_CODE, Reading, ToldRow, read_report_row
from vlms.giving.rules.report_words import FIELDS

PURPOSE = "provider_report"


@dataclass(frozen=True)
class Report:
    """A report as it was read: its provider, whose it is, headings and cells as text."""

    provider: str
    filename: str
    agreement_id: UUID | None
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Columns:
    """Where each field stands, the order of days, and the zone of times that tell none.

    `order` is what the file proves, else what was `said`; None while both leave it open.
    """

    sources: Mapping[str, Source]
    said: DayOrder | None
    zone: str
    order: DayOrder | None = None


def read_report(
    sheet: Sheet, provider: str, filename: str, agreement_id: UUID | None = None
) -> Report:
    """An uploaded sheet as a provider's report. Raises BadInput for an unsound sheet."""
    sheet.require_sound()
    places = range(len(sheet.headers))
    rows = tuple((row.number, tuple(row.text(place) for place in places)) for row in sheet.rows)
    if not rows:
        sentence = _("The file has no rows below its heading.")
        raise BadInput(None, sentence, reason="empty", field="file")
    return Report(provider, filename, agreement_id, sheet.headers, rows)


def keep_report(work: Work, organisation_id: UUID, found: Report) -> Upload:
    """Keep a report, sealed, until it is taken in or a day has passed."""
    remark = {
        "provider": found.provider,
        "agreement": str(found.agreement_id) if found.agreement_id else None,
    }
    content = (found.filename, [found.headers, found.rows])
    return keep_sealed(work, PURPOSE, content, remark, organisation_id)


def open_report(keys: KeyRing, upload: Upload) -> Report:
    """The report that was kept."""
    (headers, rows), remark = open_sealed(keys, upload)
    return Report(
        remark["provider"],
        upload.filename,
        UUID(remark["agreement"]) if remark["agreement"] else None,
        tuple(headers),
        tuple((number, tuple(cells)) for number, cells in rows),
    )


def columns_of(session: Session, organisation_id: UUID, found: Report, zone: str) -> Columns:
    """As this provider's reports were read before, else as the headings suggest."""
    known = find_mapping(session, organisation_id, found.provider)
    sources: dict[str, Source] = guess_mapping(FIELDS, found.headers)
    if known is None:
        return settled(found, Columns(sources, None, zone))
    packed = {"columns": known.columns, "order": known.day_order, "zone": known.zone}
    return unpack_columns(packed, found)


def remember_columns(
    work: Work, organisation_id: UUID, found: Report, columns: Columns
) -> ProviderMapping:
    """Read this provider's reports so from now on. Raises BadInput for a missing column."""
    require_columns(found, columns)
    _refuse_codes(found, columns)
    work.does("provider_report.mapped")
    mapping = find_mapping(work.session, organisation_id, found.provider)
    if mapping is None:
        mapping = ProviderMapping(
            organisation_id=organisation_id,
            provider=found.provider,
            provider_key=search_key(found.provider),
        )
        work.session.add(mapping)
    packed = pack_columns(found, columns)
    mapping.columns, mapping.day_order = packed["columns"], packed["order"]
    mapping.zone = packed["zone"]
    work.flush()
    return mapping


def _refuse_codes(found: Report, columns: Columns) -> None:
    """A file without headings has codes where they should stand, and headings are kept (C8).

    Whatever could be a code is refused, of whomever it is.
    """
    for key, source in columns.sources.items():
        if isinstance(source, FromColumn) and _may_hold_code(found, key, source.place):
            raise BadInput(
                "C8",
                _("A code stands in the first row of the file, where the headings should be."),
                reason="no_headings",
                field="code",
                way_out=_(
                    "Put a row of headings as “Voucher code” above the others, and upload it again."
                ),
            )


def _may_hold_code(found: Report, key: str, place: int) -> bool:
    """A known name is none; in the column of codes what is as long as those below it may be."""
    heading = found.headers[place]
    if is_name_of_field(FIELDS, heading):
        return False
    length = len(squeezed(heading))
    below = {len(squeezed(cells[place])) for _number, cells in found.rows}
    return may_be_code(heading) or (key == "code" and length >= SHORTEST_CODE and length in below)


def pack_columns(found: Report, columns: Columns) -> dict[str, Any]:
    """The columns as JSON, by their titles."""
    return {
        "columns": {key: _packed(source, found) for key, source in columns.sources.items()},
        "order": columns.said.value if columns.said else None,
        "zone": columns.zone,
    }


def unpack_columns(packed: Mapping[str, Any], found: Report) -> Columns:
    """The columns of a report with these titles; one that is gone is asked about again."""
    said = DayOrder(packed["order"]) if packed["order"] else None
    sources = _unpacked(packed["columns"], found.headers)
    return settled(found, Columns(sources, said, packed["zone"]))


def require_columns(found: Report, columns: Columns) -> None:
    """Raises BadInput: no status, nothing that names a code, or the order of days is open."""
    check_mapping(FIELDS, columns.sources, found.headers)
    if not {"code", "last4"} & columns.sources.keys():
        raise BadInput(
            "C3",
            _("No column of the file tells the voucher's code or its last characters."),
            reason="column_missing",
            field="code",
            way_out=_("Choose the column in which the codes stand."),
        )
    if columns.order is None:
        raise BadInput(
            "C3",
            _("The file's days can be read in two ways: 3/4/2026 is a day of March or of April."),
            reason="day_order",
            field="day_order",
            way_out=_("Say whether the day or the month stands first."),
        )


def read_rows_of(
    found: Report, columns: Columns, now: datetime
) -> tuple[Sequence[ToldRow], Mapping[int, Sequence[Fault]]]:
    """The rows that can be read, and what is wrong with the others."""
    told: list[ToldRow] = []
    faults: dict[int, Sequence[Fault]] = {}
    how = Reading(columns.order or DayOrder.DAY_FIRST, columns.zone, now)
    for number, cells in found.rows:
        row, wrong = read_report_row(number, cells, columns.sources, how)
        if row is None:
            faults[number] = wrong
        else:
            told.append(row)
    return told, faults


def settled(found: Report, columns: Columns) -> Columns:
    """The same with the order of days that the file itself proves, else the one that was said."""
    evidence = DayEvidence()
    for key in ("starts", "happened"):
        source = columns.sources.get(key)
        if isinstance(source, FromColumn):
            for _number, cells in found.rows:
                evidence.see(cells[source.place])
    return replace(columns, order=evidence.decided() or columns.said)


def _packed(source: Source, found: Report) -> Any:
    if isinstance(source, FromColumn):
        return found.headers[source.place]
    return {"fixed": source.value}


def _unpacked(packed: Mapping[str, Any], headers: Sequence[str]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for key, value in packed.items():
        if isinstance(value, dict):
            found[key] = Fixed(value["fixed"])
        elif value in headers:
            found[key] = FromColumn(headers.index(value))
    return found
