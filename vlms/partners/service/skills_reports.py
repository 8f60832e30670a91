"""Imports the programme's monthly reports: what each row would do, then all or nothing (K2, K5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.queries import get_organisation
from vlms.core.clock import local_day
from vlms.core.dry_run import Change, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput
from vlms.core.reading import canonical_email
from vlms.core.text import Text, _
from vlms.exports.mapping import ColumnMapping, check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Row, Sheet, typed
from vlms.partners.models.skills_reports import ReportedSkill
from vlms.partners.queries.report_names import Known, Way, list_waiting
from vlms.partners.queries.skills_reports import find_report, list_erased, list_reported
from vlms.partners.report_columns import FIELDS, kind_of
from vlms.partners.rules.report_cases import shown_mcids
from vlms.partners.rules.report_rows import (
    LABELS,
    ReportKind,
    ReportRow,
    nobody,
    read_report_month,
    read_report_row,
    who_key,
)
from vlms.partners.service.report_lines import (
    COMPARED,
    Found,
    Key,
    Values,
    change_of,
    without_erased,
)

# Told in the cell of another column, or once for the whole file.
_WITHIN = frozenset({"last_name", "other_account", "month"})
_FOUND: Mapping[Way, Text] = {
    Way.MCID: _("Found by the MCID."),
    Way.ACCOUNT: _("Found by the address."),
    Way.NAME: _("Found by the name, which nobody else here has."),
}


@dataclass(frozen=True)
class ReportRun(DryRun[Found]):
    """What an import would do; `month` is None while nothing says it."""

    kind: ReportKind = ReportKind.SKILLS
    month: date | None = None
    # How many rows of the same month are not in this file, and would go.
    gone: frozenset[UUID] = frozenset()
    # The report in whose place it would come, and how often that was imported, as it was read.
    replaces: tuple[UUID, int] | None = None
    # The MCIDs whose links are seen for the first time (K2).
    waiting: frozenset[str] = frozenset()

    @property
    def unknown_count(self) -> int:
        """Rows that nobody here is known by."""
        found = (line.facts for line in self.lines)
        return sum(one is not None and one.values["person_id"] is None for one in found)


class _Reading:
    """One file while it is looked at."""

    def __init__(
        self, session: Session, organisation_id: UUID, kind: ReportKind, mapping: ColumnMapping
    ) -> None:
        self.known = Known(session, organisation_id)
        self.kind, self.mapping = kind, mapping
        self.shown = [name for name in LABELS if name in mapping and name not in _WITHIN]
        self.seen: dict[Key, int] = {}
        self.held: dict[Key, ReportedSkill] = {}

    def texts(self, row: Row) -> dict[str, str]:
        return {name: typed(value_in(row, self.mapping, name)) for name in LABELS}

    def cells(self, text: Mapping[str, str]) -> tuple[str, ...]:
        """What is shown of a row: its names in one cell, its addresses in another."""
        told = {
            **text,
            "name": " ".join(filter(None, (text["name"], text["last_name"]))),
            "account": ", ".join(
                dict.fromkeys(filter(None, (text["account"], text["other_account"])))
            ),
        }
        return tuple(told[name] for name in self.shown)


def examine_report(
    session: Session, organisation_id: UUID, sheet: Sheet, asked: tuple[date | None, datetime]
) -> ReportRun:
    """What an import of the sheet would do; `asked` is the typed month, if any, and now.

    Raises BadInput for a file of another layout, or without a column that is needed.
    """
    wanted, now = asked
    kind = kind_of(sheet.headers)
    mapping = guess_mapping(FIELDS[kind], sheet.headers)
    check_mapping(FIELDS[kind], mapping, sheet.headers)
    reading = _Reading(session, organisation_id, kind, mapping)
    place = get_organisation(session, organisation_id)
    today = local_day(now, place.time_zone)
    month = wanted or _first_month(reading, sheet)
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    problems += [_fault_of(month, today)] if month is None or month > today else []
    report = find_report(session, organisation_id, kind, month) if month else None
    held = list_reported(session, report.id) if report else []
    moments = list_erased(session, held).items()
    erased = {key: local_day(at, place.time_zone) if at else None for key, at in moments}
    reading.held = {one.key: one for one in held if one.id not in erased}
    rows = [_line(reading, row, month, today) for row in sheet.rows]
    lines, kept = without_erased(rows, [one for one in held if one.id in erased], erased)
    gone = frozenset(one.id for one in held if one.key not in reading.seen) - kept
    waiting = _waiting(session, (organisation_id, place.time_zone), (kind, month), lines)
    headings = tuple(LABELS[name] for name in reading.shown)
    replaces = (report.id, report.import_count) if report else None
    return ReportRun(headings, lines, problems, kind, month, gone, replaces, waiting)


def _first_month(reading: _Reading, sheet: Sheet) -> date | None:
    """The month of the first row that says one which can be read."""
    for row in sheet.rows:
        text = reading.texts(row)["month"]
        if text.strip():
            try:
                return read_report_month(text, LABELS["month"])
            except BadInput:
                continue
    return None


def _fault_of(month: date | None, today: date) -> Fault:
    if month is None:
        return Fault(
            None,
            _("Nothing says of which month this report is."),
            "month",
            _("Type the month beside the file."),
        )
    return Fault(
        None,
        _("A report of %(month)s cannot be there on %(day)s.", month=f"{month:%Y-%m}", day=today),
        "month",
        _("Put the month right."),
    )


def _line(reading: _Reading, row: Row, month: date | None, today: date) -> Line[Found]:
    text = reading.texts(row)
    values = reading.cells(text)
    read, refusals = read_report_row(text, today)
    if read is not None and read.month not in (None, month):
        refusals.append(_other_month(month))
    found, way = _judged(reading, read) if read is not None and not refusals else (None, None)
    if found is not None and way is None and not {"mcid", "account"} & found.said:
        refusals.append(nobody())
    if found is not None and (first := reading.seen.get(found.key)) is not None:
        refusals.append(_repeated(first))
    if found is None or refusals:
        faults = tuple(row_fault(row.number, one) for one in refusals)
        return Line(row.number, Change.WRONG, values, faults=faults)
    reading.seen[found.key] = row.number
    change, differences = change_of(reading.held.get(found.key), found.values)
    note = _FOUND[way] if way else _unknown(reading.known, found)
    return Line(row.number, change, values, found, differences, notes=(note,))


def _unknown(known: Known, found: Found) -> Text:
    if known.is_shared(found.values["mcid"]):
        return _("Several people here have this MCID: the row is kept with its name.")
    return _("Nobody here is known by it: the row is kept with its name.")


def _judged(reading: _Reading, row: ReportRow) -> tuple[Found, Way | None]:
    known = reading.known.find(row.mcid, row.accounts)
    if not (known or row.mcid or row.accounts):
        known = reading.known.find_named(row.name)
    person_id, way = known if known else (None, None)
    account = canonical_email(row.accounts[0]) if row.accounts and not known else None
    name = None if known else row.name
    key = (who_key((row.mcid, person_id, account, name)), row.training, row.completed_on)
    held = reading.held.get(key)
    values: Values = {
        "person_id": person_id,
        "mcid": row.mcid,
        "name": name,
        "account": account,
        "training_id": row.training_id,
        "completed_on": row.completed_on,
        **{column: getattr(row, column) for column in COMPARED},
    }
    return Found(key, values, held.id if held else None), way


def _waiting(
    session: Session,
    place: tuple[UUID, str],
    report: tuple[ReportKind, date | None],
    lines: Sequence[Line[Found]],
) -> frozenset[str]:
    organisation_id, zone = place
    kind, month = report
    if kind is not ReportKind.SKILLS or month is None:
        return frozenset()
    rows = [line.facts.values for line in lines if line.facts is not None]
    mcids = shown_mcids((one["mcid"], one["in_pc"]) for one in rows)
    return list_waiting(session, organisation_id, mcids, month, zone)


def _other_month(month: date | None) -> BadInput:
    return BadInput(
        "K5",
        _("A file is of one month; this one is of %(month)s.", month=f"{month:%Y-%m}"),
        reason="other_month",
        field="month",
        way_out=_("Divide it into one file a month, or type another month."),
    )


def _repeated(first: int) -> BadInput:
    return BadInput(
        None,
        _("Row %(row)s gives the same training of the same person.", row=first),
        reason="repeated",
        field="title",
        way_out=_("Remove one of the two rows."),
    )
