"""Compares a month: order, invoices, charges, codes and the files of others (flow F12).

Nothing is written and nobody is kept waiting, however long it takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.delivered import (
    Charged,
    Invoiced,
    charged_of,
    deliveries_of,
    invoiced_of,
)
from vlms.reconciliation.queries.matching import Names, charges_elsewhere, charges_of
from vlms.reconciliation.queries.months import list_line_ids, month_of
from vlms.reconciliation.queries.their_rows import (
    products_by_name,
    rows_elsewhere,
    rows_of,
    sources_of,
)
from vlms.reconciliation.rules.classes import Found, differences_of
from vlms.reconciliation.rules.deliveries import wrong_in
from vlms.reconciliation.rules.differences import DifferenceSide
from vlms.reconciliation.rules.file_words import FileSource
from vlms.reconciliation.rules.invoices import Asked, wrong_in_invoices
from vlms.reconciliation.rules.matching import Matching, match
from vlms.reconciliation.rules.sides import OurCharge, TheirRow
from vlms.reconciliation.rules.unpaired import (
    left_of_ours,
    left_of_theirs,
    of_another_period,
)
from vlms.reconciliation.service.findings import (
    Finding,
    numbered,
    of_delivery,
    of_file,
    of_invoices,
)

OpenReading = Callable[[], AbstractContextManager[Session]]
# Told how many lines more are compared.
Advance = Callable[[int], None]


@dataclass(frozen=True)
class Compared:
    """What a month held at an instant; `version` is the month's from before it was read."""

    period: Period
    version: int
    at: datetime
    findings: Sequence[Finding]
    figures: Mapping[str, Any]


def unwatched(_more: int) -> None:
    """Nobody looks how far it is."""


def compare(
    open_reading: OpenReading,
    period: Period,
    at: datetime,
    tolerance: int,
    advance: Advance = unwatched,
) -> Compared:
    """All there is of a month; amounts up to `tolerance` minor units apart count as equal."""
    version = period.version
    comparing = _Comparing(open_reading, period, at, tolerance, advance)
    findings = list(numbered(comparing.findings()))
    return Compared(period, version, at, findings, comparing.figures(findings))


@dataclass
class _Comparing:
    """One comparing of one month; each side is read once, in a session of its own.

    A session that lies idle while a long month is reckoned would be cut off.
    """

    open_reading: OpenReading
    period: Period
    at: datetime
    tolerance: int
    advance: Advance
    names: dict[str, Names] = field(default_factory=dict)
    told_codes: Counter[UUID] = field(default_factory=Counter)
    sums: dict[str, Counter[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.month = month_of(self.period, self.at)
        with self.open_reading() as session:
            self.products = products_by_name(session)
            self.sources = sources_of(session, self.period.id)
            self.line_ids = list_line_ids(session, self.month)
            self.invoiced: Mapping[UUID, Invoiced] = invoiced_of(session, self.month, self.line_ids)
        with self.open_reading() as session:
            self.charges = charges_of(session, self.month, self.names, self.invoiced)

    def findings(self) -> Iterator[Finding]:
        self.counts["not_invoiced"] = 0
        self._count("charges", self.charges)
        for source in self.sources:
            side = DifferenceSide(source.value)
            yield from of_file(side, self._of_source(source), self.names)
            self.advance(self.counts[source.value])
        with self.open_reading() as session:
            charged = charged_of(session, self.month, self.line_ids)
        yield from self._of_invoices(charged)
        yield from self._of_codes(charged)
        self.advance(self.counts["charges"])

    def _count(self, name: str, lines: Sequence[OurCharge | TheirRow]) -> None:
        self.counts[name] = len(lines)
        sums = self.sums.setdefault(name, Counter())
        for line in lines:
            sums[line.currency] += line.net

    def _of_source(self, source: FileSource) -> Iterator[Found]:
        with self.open_reading() as session:
            rows = rows_of(session, self.period, source, self.products)
        self._count(source.value, rows)
        matched = match(self.charges, rows)
        self._count_codes(matched)
        for pair in matched.pairs:
            yield from differences_of(pair, self.tolerance)
        yield from self._rows_left(matched.theirs_left)
        yield from self._charges_left(matched.ours_left, source)

    def _count_codes(self, matched: Matching) -> None:
        for pair in matched.pairs:
            told = [row.code_count for row in pair.theirs if row.code_count is not None]
            if told and pair.ours:
                self.told_codes[self.names[pair.ours[0].reference].line_id] += sum(told)

    def _rows_left(self, rows: Sequence[TheirRow]) -> Iterator[Found]:
        """What they have and this month has not: charged here in another one, or not at all."""
        numbers = {row.order_number for row in rows if row.order_number}
        with self.open_reading() as session:
            others = charges_elsewhere(session, self.month, numbers, self.names)
        matched = match(others, rows)
        for pair in matched.pairs:
            if pair.ours and pair.theirs:
                month = _month(pair.ours[0].charged_on)
                yield of_another_period(pair, month, self.period.month, self.period.month)
            elif pair.repeats is not None:
                yield from differences_of(pair)
        yield from map(left_of_theirs, matched.theirs_left)

    def _charges_left(self, charges: Sequence[OurCharge], source: FileSource) -> Iterator[Found]:
        """What we have and their files of this month have not."""
        numbers = {one.reference.rpartition("/")[0] for one in charges}
        with self.open_reading() as session:
            found = rows_elsewhere(session, self.period, source, numbers, self.products)
        left = list(charges)
        for month in sorted(found):
            matched = match(left, found[month])
            for pair in matched.pairs:
                if pair.ours and pair.theirs:
                    yield of_another_period(pair, self.period.month, month, self.period.month)
            taken = {one.key for pair in matched.pairs if pair.theirs for one in pair.ours}
            left = [one for one in left if one.key not in taken]
        yield from map(left_of_ours, left)

    def _of_invoices(self, charged: Mapping[UUID, Charged]) -> Iterator[Finding]:
        """Lines that an invoice asks for otherwise; others are counted as not invoiced yet."""
        for reference, names in self._lines(charged):
            line, asked = charged[names.line_id], self.invoiced.get(names.line_id)
            if asked is None:
                self.counts["not_invoiced"] += bool(line.quantity)
                continue
            compared = Asked(
                reference,
                line.quantity,
                line.net,
                line.currency,
                asked.quantity,
                asked.net,
                asked.currency,
                asked.is_own_price,
            )
            wrong = wrong_in_invoices(compared)
            if wrong is not None:
                yield of_invoices(compared, names, wrong)

    def _lines(self, charged: Mapping[UUID, Charged]) -> Iterable[tuple[str, Names]]:
        return [(key, one) for key, one in self.names.items() if one.line_id in charged]

    def _of_codes(self, charged: Mapping[UUID, Charged]) -> Iterator[Finding]:
        with self.open_reading() as session:
            found = list(deliveries_of(session, self.month, charged, self.told_codes))
        for delivery in found:
            for wrong in wrong_in(delivery):
                yield of_delivery(delivery, self.names[delivery.reference], wrong)

    def figures(self, findings: Sequence[Finding]) -> dict[str, Any]:
        """What the period keeps: counts of lines and differences, sums by currency."""
        kinds = Counter(one.kind.value for one in findings)
        currencies = sorted({name for some in self.sums.values() for name in some})
        return {
            "lines": dict(self.counts),
            "kinds": {kind: kinds[kind] for kind in sorted(kinds)},
            "sums": [
                {"currency": one, **{side: sums[one] for side, sums in self.sums.items()}}
                for one in currencies
            ],
            "tolerance": self.tolerance,
        }


def _month(day: date) -> str:
    return day.isoformat()[:7]
