"""A moving-in looked at: what every row of every sheet would do, before anything is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from vlms.accounts.rules.person_row import LABELS
from vlms.accounts.service.people_import import PeoplePlan
from vlms.agreements.import_columns import ALL_LABELS
from vlms.core.dry_run import Change, DryRun, Fault
from vlms.core.errors import BadInput
from vlms.core.money import Money
from vlms.core.text import Text, _, ngettext
from vlms.planning.rules.opening_facts import (
    CodeFacts,
    EntitlementFacts,
    LineFacts,
    PackFacts,
    Place,
)
from vlms.planning.rules.opening_sheets import CELLS, TITLES, SheetKey

PURPOSE = "moving-in"
_LABELS: Mapping[SheetKey, Mapping[str, Text]] = {
    SheetKey.AGREEMENTS: ALL_LABELS,
    SheetKey.PEOPLE: LABELS,
    **{key: {cell.key: cell.label for cell in cells} for key, cells in CELLS.items()},
}


def label_of(key: SheetKey, field: str | None) -> Text | None:
    """What a column of a sheet is called."""
    return _LABELS[key].get(field or "")


@dataclass(frozen=True)
class SheetRun:
    """One sheet, and what its rows would do."""

    key: SheetKey
    run: DryRun[Any]

    @property
    def title(self) -> Text:
        return TITLES[self.key]


@dataclass(frozen=True)
class SheetFault:
    """A fault and the sheet where it stands; `label` is the column's name, if one is to blame."""

    title: Text
    fault: Fault
    label: Text | None

    @property
    def told(self) -> Text:
        return _("Sheet “%(sheet)s”: %(fault)s", sheet=self.title, fault=str(self.fault))

    def __str__(self) -> str:
        return str(self.told)


@dataclass(frozen=True)
class ProductSum:
    """What of a product moves in: units and money that were paid, codes by their states."""

    product: str
    currency: str
    quantity: int
    delivered: int
    amount: Money
    states: Mapping[str, int]


@dataclass(frozen=True)
class OpeningPlan:
    """Everything that a workbook says of an organisation, checked together."""

    organisation_id: UUID
    sheets: Sequence[SheetRun]
    people: PeoplePlan | None
    lines: Sequence[LineFacts]
    codes: Mapping[Place, Sequence[CodeFacts]]
    packs: Mapping[Place, Sequence[PackFacts]]
    entitlements: Sequence[EntitlementFacts]
    problems: Sequence[Text]

    @property
    def faults(self) -> list[SheetFault]:
        """Everything that is wrong, sheet by sheet."""
        return [
            SheetFault(sheet.title, fault, label_of(sheet.key, fault.field))
            for sheet in self.sheets
            for fault in sheet.run.faults
        ]

    @property
    def row_count(self) -> int:
        return sum(len(sheet.run.lines) for sheet in self.sheets)

    @property
    def is_sound(self) -> bool:
        return bool(self.row_count) and not self.problems and not self.faults

    @property
    def counts(self) -> dict[Change, int]:
        """Rows of all sheets by what they would do."""
        found: Counter[Change] = Counter()
        for sheet in self.sheets:
            found.update(sheet.run.counts)
        return {change: found[change] for change in Change}

    def require_sound(self) -> None:
        """Raises BadInput that names the first fault and counts the others."""
        if self.is_sound:
            return
        told = [*self.problems, *(fault.told for fault in self.faults)]
        if not told:
            raise BadInput(None, _("The workbook has no rows below its headings."), reason="empty")
        sentence, more = told[0], len(told) - 1
        if more:
            sentence = ngettext(
                "%(first)s There is %(number)s more problem.",
                "%(first)s There are %(number)s more problems.",
                more,
                first=told[0],
            )
        raise BadInput(None, sentence, reason="file_problems", field="file")

    def sums(self) -> list[ProductSum]:
        """By product and currency, which are never added up across."""
        groups: dict[tuple[str, str], list[LineFacts]] = defaultdict(list)
        for line in self.lines:
            groups[line.product.key, line.amount.currency].append(line)
        return [self._sum(*key, groups[key]) for key in sorted(groups)]

    def _sum(self, product: str, currency: str, lines: Sequence[LineFacts]) -> ProductSum:
        states: Counter[str] = Counter()
        for line in lines:
            states.update(code.state.value for code in self.codes.get(line.place, ()))
            unissued = (line.quantity - line.delivered) * line.product.units
            states["unissued"] += unissued
        return ProductSum(
            product,
            currency,
            sum(line.quantity for line in lines),
            sum(line.delivered for line in lines),
            Money(sum(line.amount.minor for line in lines), currency),
            {name: count for name, count in sorted(states.items()) if count},
        )

    def by_order(self) -> Iterator[tuple[str, Sequence[LineFacts]]]:
        """The orders, each with its lines by position."""
        groups: dict[str, list[LineFacts]] = defaultdict(list)
        for line in self.lines:
            groups[line.order].append(line)
        for number, lines in groups.items():
            yield number, sorted(lines, key=lambda line: line.position)
