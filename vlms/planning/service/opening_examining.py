"""Checks a workbook with which an organisation moves in: all sheets together, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.queries import list_schools
from vlms.accounts.service.people_import import PeoplePlan, examine_people
from vlms.agreements.rules.import_row import AgreementRow
from vlms.agreements.service.agreement_import import examine_agreements
from vlms.core.clock import local_day
from vlms.core.dry_run import Change, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput, DomainError
from vlms.core.keys import KeyRing
from vlms.core.text import Text, _
from vlms.exports.mapping import check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Sheet, typed
from vlms.planning.queries.openings import (
    agreement_facts,
    former_numbers,
    held_entitlements,
    products_by_name,
)
from vlms.planning.rules.opening_facts import (
    AgreementFacts,
    EntitlementFacts,
    LineFacts,
    PackFacts,
    Place,
    ReadRow,
)
from vlms.planning.rules.opening_orders import (
    line_of,
    note_on_amount,
    uncounted,
    unlike_first,
    wrong_in_line,
)
from vlms.planning.rules.opening_sheets import CELLS, TITLES, SheetKey, key_of_sheet
from vlms.planning.service.opening_codes import CodeReader
from vlms.planning.service.opening_named import Directory, product_named
from vlms.planning.service.opening_plan import OpeningPlan, SheetRun
from vlms.planning.service.opening_shares import entitlement_of, judge, pack_of

Sheets = Mapping[SheetKey, Sheet]


def sheets_of(found: Mapping[str, Sheet]) -> tuple[Sheets, list[Text]]:
    """The sheets that are read, and what is wrong with the workbook itself."""
    known: dict[SheetKey, Sheet] = {}
    problems: list[Text] = []
    for title, sheet in found.items():
        key = key_of_sheet(title)
        if key is not None and key in known:
            problems.append(_("There are two sheets of “%(sheet)s”.", sheet=TITLES[key]))
        elif key is not None:
            known[key] = sheet
    if not known:
        problems.append(_("No sheet of the workbook has a title that is known; use the template."))
    return known, problems


def examine_opening(
    session: Session,
    keys: KeyRing,
    organisation_id: UUID,
    found: Mapping[str, Sheet],
    now: datetime,
) -> OpeningPlan:
    """What moving in with these sheets would do. Writes nothing."""
    sheets, problems = sheets_of(found)
    return _Examination(session, keys, organisation_id, sheets, now).plan(problems)


class _Examination:
    """The sheets one after the other: later ones name what earlier ones hold."""

    def __init__(
        self, session: Session, keys: KeyRing, organisation_id: UUID, sheets: Sheets, now: datetime
    ) -> None:
        self._session, self._keys, self._now = session, keys, now
        self._organisation_id, self._sheets = organisation_id, sheets
        self._runs: dict[SheetKey, DryRun[Any]] = {}
        self._products = products_by_name(session)

    def plan(self, problems: Sequence[Text]) -> OpeningPlan:
        agreements = self._agreements()
        people = self._people()
        rows = self._orders(agreements)
        lines = {row.facts.place: row.facts for row in rows if isinstance(row.facts, LineFacts)}
        directory = Directory(self._session, self._organisation_id, people)
        reader = CodeReader(self._session, self._keys, lines, directory, self._now)
        codes = reader.read(self._read(SheetKey.CODES))
        self._keep(SheetKey.CODES, reader.rows)
        packs = self._packs(lines)
        entitlements = self._entitlements()
        counts = Counter({place: len(found) for place, found in codes.items()})
        counts.update({place: sum(one.quota for one in found) for place, found in packs.items()})
        self._conserve(rows, counts)
        self._keep(SheetKey.ORDERS, rows)
        return OpeningPlan(
            self._organisation_id,
            [SheetRun(key, self._runs[key]) for key in SheetKey if key in self._runs],
            people,
            list(lines.values()),
            codes,
            packs,
            entitlements,
            problems,
        )

    def _agreements(self) -> dict[str, AgreementFacts]:
        """The agreements that are here, and those that the workbook brings."""
        known = agreement_facts(self._session, self._organisation_id)
        sheet = self._sheets.get(SheetKey.AGREEMENTS)
        if sheet is None or not sheet.rows:
            return known
        try:
            run = examine_agreements(self._session, sheet, self._organisation_id)
        except BadInput as refusal:
            self._refuse(SheetKey.AGREEMENTS, sheet, refusal)
            return known
        self._runs[SheetKey.AGREEMENTS] = run
        for line in run.lines:
            if isinstance(line.facts, AgreementRow):
                terms = line.facts.terms
                known[terms.number] = AgreementFacts(
                    terms.number, terms.first_day, terms.last_day, terms.time_zone, terms.currency
                )
        return known

    def _people(self) -> PeoplePlan | None:
        sheet = self._sheets.get(SheetKey.PEOPLE)
        if sheet is None or not sheet.rows:
            return None
        try:
            plan = examine_people(self._session, self._organisation_id, sheet)
        except BadInput as refusal:
            self._refuse(SheetKey.PEOPLE, sheet, refusal)
            return None
        self._runs[SheetKey.PEOPLE] = plan.run
        return plan

    def _refuse(self, key: SheetKey, sheet: Sheet, refusal: BadInput) -> None:
        fault = Fault(None, refusal.sentence, refusal.field, refusal.way_out)
        lines: list[Line[Any]] = [Line(row.number, Change.WRONG, ()) for row in sheet.rows]
        self._runs[key] = DryRun((), lines, [fault])

    def _read(self, key: SheetKey) -> list[tuple[ReadRow, dict[str, Any]]]:
        """The rows of a sheet with what their cells say; unreadable ones say nothing."""
        sheet = self._sheets.get(key)
        if sheet is None or not sheet.rows:
            return []
        cells = CELLS[key]
        fields = [cell.field for cell in cells]
        mapping = guess_mapping(fields, sheet.headers)
        try:
            check_mapping(fields, mapping, sheet.headers)
        except BadInput as refusal:
            self._refuse(key, sheet, refusal)
            return []
        found = []
        for row in sheet.rows:
            texts = [typed(value_in(row, mapping, cell.key)) for cell in cells]
            read, values = ReadRow(row.number, tuple(texts)), dict[str, Any]()
            for cell, text in zip(cells, texts, strict=True):
                try:
                    values[cell.key] = cell.read(text)
                except BadInput as refusal:
                    read.refusals.append(refusal)
            found.append((read, values))
        problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
        self._runs[key] = DryRun(tuple(cell.label for cell in cells), [], problems)
        return found

    def _keep(self, key: SheetKey, rows: Sequence[ReadRow]) -> None:
        known = self._runs.get(key)
        if known is not None and rows:
            lines = [_line(row) for row in rows]
            self._runs[key] = DryRun(known.headings, lines, known.problems)

    def _orders(self, agreements: Mapping[str, AgreementFacts]) -> list[ReadRow]:
        held = former_numbers(self._session, self._organisation_id)
        first: dict[str, LineFacts] = {}
        seen: set[Place] = set()
        rows = []
        for row, values in self._read(SheetKey.ORDERS):
            rows.append(row)
            if row.refusals:
                continue
            try:
                line = self._order_line(values, agreements)
            except DomainError as refusal:
                row.refusals.append(refusal)
                continue
            row.refusals += wrong_in_line(line, local_day(self._now, line.agreement.zone))
            if line.order in held:
                row.refusals.append(_held_order(line.order))
            if line.place in seen:
                row.refusals.append(_double_line(line))
            unlike = unlike_first(line, first.setdefault(line.order, line))
            row.refusals += [unlike] if unlike else []
            note = note_on_amount(line)
            row.notes += [note] if note else []
            seen.add(line.place)
            row.facts = line
        return rows

    def _order_line(
        self, values: Mapping[str, Any], agreements: Mapping[str, AgreementFacts]
    ) -> LineFacts:
        number = str(values["agreement"])
        if number not in agreements:
            raise BadInput(
                None,
                _("There is no agreement %(number)s.", number=number),
                field="agreement",
                way_out=_("List it on the sheet of agreements, or correct its number."),
            )
        product = product_named(self._products, str(values["product"]))
        return line_of(values, agreements[number], product)

    def _packs(self, lines: Mapping[Place, LineFacts]) -> dict[Place, list[PackFacts]]:
        schools = {one.name: one.id for one in list_schools(self._session, self._organisation_id)}
        found: dict[Place, list[PackFacts]] = defaultdict(list)
        rows = self._read(SheetKey.PACKS)
        judge(rows, lambda values: pack_of(values, lines, schools, found))
        self._keep(SheetKey.PACKS, [row for row, _values in rows])
        return dict(found)

    def _entitlements(self) -> list[EntitlementFacts]:
        held = set(held_entitlements(self._session, self._organisation_id))
        rows = self._read(SheetKey.ENTITLEMENTS)
        judge(rows, lambda values: entitlement_of(values, self._products, held))
        self._keep(SheetKey.ENTITLEMENTS, [row for row, _values in rows])
        return [row.facts for row, _values in rows if isinstance(row.facts, EntitlementFacts)]

    def _conserve(self, rows: Sequence[ReadRow], counts: Mapping[Place, int]) -> None:
        """I1: every line's codes are as many as were paid for and delivered."""
        for row in rows:
            line = row.facts
            if not isinstance(line, LineFacts) or row.refusals:
                continue
            count = counts[line.place]
            # What of a pack is in no quota yet is the pack's rest.
            is_rest = line.product.is_site_pack and count < line.due_count
            wrong = None if is_rest else uncounted(line, count)
            row.refusals += [wrong] if wrong else []


def _line(row: ReadRow) -> Line[Any]:
    if row.refusals:
        faults = tuple(row_fault(row.number, refusal) for refusal in row.refusals)
        return Line(row.number, Change.WRONG, row.shown, faults=faults)
    return Line(row.number, Change.NEW, row.shown, row.facts, notes=tuple(row.notes))


def _double_line(line: LineFacts) -> BadInput:
    return BadInput(
        None,
        _("Line %(line)s stands here twice.", line=f"{line.order}/{line.position}"),
        reason="double",
        field="line",
        way_out=_("Give each line of an order its own number."),
    )


def _held_order(number: str) -> BadInput:
    return BadInput(
        "C7",
        _("The order %(number)s has moved in already.", number=number),
        reason="already_held",
        field="order",
        way_out=_("Remove it, with its codes, from the workbook."),
    )
