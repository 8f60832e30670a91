"""What an import would write, gathered before anything is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from vlms.academy.rules.roster_rows import Roster, RosterFault
from vlms.academy.rules.roster_words import Kind, Mode
from vlms.academy.service.roster_held import Held
from vlms.core.db import Base
from vlms.core.tokens import new_id

Values = dict[str, Any]


class Effect(StrEnum):
    """What becomes of a record; left out is what belongs to no school, as guardians."""

    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left_out"


@dataclass
class Plan:
    """All changes of one import. `import_number` is the fence: another import makes it stale."""

    import_number: int
    today: date
    faults: list[RosterFault]
    counts: Mapping[Kind, Counter[Effect]] = field(
        default_factory=lambda: {kind: Counter() for kind in Kind}
    )
    inserts: dict[type[Base], list[Values]] = field(default_factory=lambda: defaultdict(list))
    # Few or journalled one by one: rows are loaded and changed.
    changes: list[tuple[type[Base], UUID, Values]] = field(default_factory=list)
    # Rows with a last day, which becomes the day before this import.
    ends: dict[type[Base], list[UUID]] = field(default_factory=lambda: defaultdict(list))
    addresses: list[tuple[UUID, str]] = field(default_factory=list)
    lost_terms: list[tuple[UUID, UUID]] = field(default_factory=list)
    covered: list[UUID] = field(default_factory=list)

    @property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)

    @property
    def row_count(self) -> int:
        """The lines that are used."""
        return sum(sum(counts.values()) for counts in self.counts.values())

    @property
    def is_empty(self) -> bool:
        return not (
            any(self.inserts.values())
            or self.changes
            or any(self.ends.values())
            or self.addresses
            or self.lost_terms
            or self.covered
        )

    @property
    def told_counts(self) -> dict[str, dict[str, int]]:
        """Every kind with every effect."""
        return {
            kind.value: {effect.value: counts[effect] for effect in Effect}
            for kind, counts in self.counts.items()
        }


class Comparison:
    """A roster against what is held, kind by kind; `ids` are the keys of rows by theirs."""

    def __init__(self, roster: Roster, held: Held, plan: Plan) -> None:
        self.roster, self.held, self.plan = roster, held, plan
        self.organisation_id = held.organisation.id
        self.ids: dict[Kind, dict[str, UUID]] = {kind: {} for kind in Kind}
        # Of whom alone the import tells; None: of the whole institution.
        self.own = held.own_schools

    def source_id(self, key: str) -> str | None:
        return key if self.roster.has_source_ids else None

    def put(self, kind: Kind, model: type[Base], held: Any, values: Values) -> UUID:
        """A record as the roster tells it: made, changed or left as it is; its key."""
        if self.own is not None and model.visible.school is None:
            # It is the whole institution's.
            self.count(kind, Effect.LEFT_OUT)
            known: UUID = new_id() if held is None else held.id
            return known
        if held is None:
            key = new_id()
            self.plan.inserts[model].append(
                {"id": key, "organisation_id": self.organisation_id, **values}
            )
            self.count(kind, Effect.NEW)
            return key
        changed = differences(held, values)
        if changed:
            self.plan.changes.append((model, held.id, changed))
        self.count(kind, Effect.CHANGED if changed else Effect.UNCHANGED)
        known = held.id
        return known

    def vanished(self, kind: Kind, keys: Collection[str]) -> Iterator[str]:
        """Those of these keys that the roster takes away: it says so, or it is all there is.

        While lines of a file are faulty, what is missing there may stand on one of them.
        """
        part = self.roster.parts[kind]
        yield from (key for key in keys if key in part.gone)
        if part.mode is Mode.BULK and not self._has_faults(kind):
            yield from (
                key
                for key in keys
                if key not in part.rows and key not in part.gone and key not in part.spoiled
            )

    def _has_faults(self, kind: Kind) -> bool:
        file = self.roster.files[kind]
        return any(fault.file == file for fault in self.roster.faults)

    def count(self, kind: Kind, effect: Effect, count: int = 1) -> None:
        self.plan.counts[kind][effect] += count


def differences(row: Any, values: Values) -> Values:
    """The values that the row does not have yet."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def by(rows: Iterable[Any], name: str) -> dict[Any, Any]:
    """Rows by one of their columns, where it is filled."""
    return {getattr(row, name): row for row in rows if getattr(row, name) is not None}
