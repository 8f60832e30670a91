"""What has changed from one monthly report to the next, person by person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from vlms.partners.rules.report_people import People
from vlms.partners.rules.report_rows import Who, training_key


class DifferenceKind(StrEnum):
    """What is otherwise than in the month before."""

    NEW_PERSON = "new_person"
    GONE_PERSON = "gone_person"
    NEW_TRAINING = "new_training"
    GONE_TRAINING = "gone_training"
    EXPIRY = "expiry"
    PMC = "pmc"
    PC = "pc"


@dataclass(frozen=True)
class Entry:
    """A row of a report as far as months are compared."""

    who: Who
    training_id: str | None
    title: str
    completed_on: date
    expires_on: date | None
    in_pmc: bool | None
    in_pc: bool | None

    @property
    def key(self) -> tuple[str, date]:
        return training_key(self.training_id, self.title), self.completed_on


@dataclass(frozen=True)
class ReportDifference:
    """One difference; `before` and `after` are days, yes or no, or how many trainings."""

    change: DifferenceKind
    who: Who
    title: str | None
    before: date | bool | int | None
    after: date | bool | int | None

    @property
    def person_id(self) -> UUID | None:
        return self.who[1]


def differences_of(before: Iterable[Entry], after: Iterable[Entry]) -> list[ReportDifference]:
    """Everything that the later report says otherwise than the one before it.

    Who is named by an MCID in one month and by an address in the other is one person.
    """
    earlier, later = list(before), list(after)
    people = People(entry.who for entry in (*earlier, *later))
    was, now = _by_person(earlier, people), _by_person(later, people)
    found = [_whole(was[key], DifferenceKind.GONE_PERSON) for key in sorted(was.keys() - now)]
    found += [_whole(now[key], DifferenceKind.NEW_PERSON) for key in sorted(now.keys() - was)]
    for key in sorted(was.keys() & now):
        found += _of_person(was[key], now[key])
    return found


def _by_person(
    entries: Iterable[Entry], people: People
) -> dict[str, dict[tuple[str, date], Entry]]:
    found: dict[str, dict[tuple[str, date], Entry]] = {}
    for entry in entries:
        if key := people.key(entry.who):
            found.setdefault(key, {})[entry.key] = entry
    return found


def _whole(rows: Mapping[tuple[str, date], Entry], kind: DifferenceKind) -> ReportDifference:
    who = next(iter(rows.values())).who
    count = len(rows)
    pair = (None, count) if kind is DifferenceKind.NEW_PERSON else (count, None)
    return ReportDifference(kind, who, None, *pair)


def _of_person(
    was: Mapping[tuple[str, date], Entry], now: Mapping[tuple[str, date], Entry]
) -> Iterator[ReportDifference]:
    for key in sorted(was.keys() - now):
        yield _training(was[key], DifferenceKind.GONE_TRAINING)
    for key in sorted(now.keys() - was):
        yield _training(now[key], DifferenceKind.NEW_TRAINING)
    for key in sorted(was.keys() & now):
        yield from _of_training(was[key], now[key])


def _training(entry: Entry, kind: DifferenceKind) -> ReportDifference:
    day = entry.completed_on
    pair = (None, day) if kind is DifferenceKind.NEW_TRAINING else (day, None)
    return ReportDifference(kind, entry.who, entry.title, *pair)


def _of_training(was: Entry, now: Entry) -> Iterator[ReportDifference]:
    pairs: Sequence[tuple[DifferenceKind, date | bool | None, date | bool | None]] = (
        (DifferenceKind.EXPIRY, was.expires_on, now.expires_on),
        (DifferenceKind.PMC, was.in_pmc, now.in_pmc),
        (DifferenceKind.PC, was.in_pc, now.in_pc),
    )
    for kind, before, after in pairs:
        if before != after:
            yield ReportDifference(kind, now.who, now.title, before, after)
