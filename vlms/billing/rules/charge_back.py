"""Which department and cost centre bears which part of what was ordered (P3).

Each code bears its share of its line, to the minor unit: the units that a line cannot be
divided into evenly go to its first codes, so that the parts always add up to the line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vlms.core.money import Money
from vlms.core.reading import search_key


class Giving(StrEnum):
    """Whether a part has found its person; a pack is drawn from and belongs to none."""

    GIVEN = "given"
    WAITING = "waiting"
    PACK = "pack"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who bears a part; a part that waits has the cost centre of its order."""

    giving: Giving
    department: str | None
    cost_centre: str | None


@dataclass(frozen=True, slots=True)
class SharedLine:
    """What a line cost, by how many codes it is borne, and who bears those that are issued.

    `code_count` counts also what is not delivered yet; `bearers` stand in the order of issue.
    """

    amount: Money
    code_count: int
    rest: Bearer
    bearers: Sequence[Bearer] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one bearer bears in one currency, and how many codes that are."""

    bearer: Bearer
    code_count: int
    amount: Money


def parts_of(line: SharedLine) -> Iterator[tuple[Bearer, int]]:
    """Each code's share in minor units, the first ones the larger; they add up to the line."""
    for place in range(line.code_count):
        bearer = line.bearers[place] if place < len(line.bearers) else line.rest
        yield bearer, borne_by(line.amount.minor, line.code_count, range(place, place + 1))


def borne_by(minor: int, code_count: int, places: range) -> int:
    """What the codes at these places of a line bear together; places count from 0."""
    share, more = divmod(minor, code_count)
    return share * len(places) + max(min(places.stop, more) - places.start, 0)


def charge_back(lines: Iterable[SharedLine]) -> list[Part]:
    """All parts of the same bearer and currency together; currencies are never added up."""
    sums: dict[tuple[str, Bearer], list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        for bearer, minor in parts_of(line):
            found = sums[line.amount.currency, bearer]
            found[0] += bearer.giving is not Giving.PACK
            found[1] += minor
    parts = [
        Part(bearer, count, Money(minor, currency))
        for (currency, bearer), (count, minor) in sums.items()
    ]
    return sorted(parts, key=_order)


def totals_of(amounts: Iterable[Money]) -> list[Money]:
    """What they come to, by currency."""
    sums: dict[str, int] = defaultdict(int)
    for amount in amounts:
        sums[amount.currency] += amount.minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def _order(part: Part) -> tuple[str, int, bool, str, str]:
    """By currency; what is given by department first, then what waits, then packs."""
    bearer = part.bearer
    names = search_key(bearer.department or ""), search_key(bearer.cost_centre or "")
    return (part.amount.currency, list(Giving).index(bearer.giving), not names[0], *names)
