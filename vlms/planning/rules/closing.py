"""What became of all that was bought under an agreement, to the unit and to the cent (I1, P3)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vlms.planning.rules.needs import units_for

TERM_MONTHS = 12


class End(StrEnum):
    """Where a unit stands; the last four are of agreements that run, or wait to be told."""

    USED = "used"
    FORFEITED = "forfeited"
    LAPSED = "lapsed"
    VOID = "void"
    UNDELIVERED = "undelivered"
    BOOKED = "booked"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"


# Nobody can use these again, and somebody had them: what an order has to replace.
SPENT = (End.USED, End.FORFEITED, End.BOOKED)


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as it is written on a certificate, and how many exams one of it gives."""

    key: str
    name_en: str
    name_zh: str
    units: int
    is_ordered: bool


@dataclass(frozen=True, slots=True)
class Bought:
    """An order line: its units, its net amount in minor units, and what was charged for it.

    `charged` is None where no charge was ever written.
    """

    line: str
    goods: Goods
    count: int
    minor: int
    currency: str
    charged: int | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """So many units of a line that stand alike, in one school; `minor` is what they bear."""

    line: str
    school: str | None
    end: End
    count: int
    given: int
    minor: int


class Amiss(StrEnum):
    """In what the numbers of a line do not add up."""

    COUNT = "count"
    VALUE = "value"
    CHARGED = "charged"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Fault:
    """What should be, and what was found."""

    amiss: Amiss
    goods: Goods
    expected: int
    found: int
    currency: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "amiss": self.amiss.value,
            "en": self.goods.name_en,
            "zh": self.goods.name_zh,
            "expected": self.expected,
            "found": self.found,
            "currency": self.currency,
        }


def faults_of(bought: Iterable[Bought], portions: Iterable[Portion]) -> list[Fault]:
    """I1: what is bought is the sum of its ends; a line's parts bear what the line costs."""
    counts: Counter[str] = Counter()
    minors: Counter[str] = Counter()
    for one in portions:
        counts[one.line] += one.count
        minors[one.line] += one.minor
    faults = []
    for line in bought:
        goods, currency = line.goods, line.currency
        if counts[line.line] != line.count:
            faults.append(Fault(Amiss.COUNT, goods, line.count, counts[line.line]))
        if minors[line.line] != line.minor:
            faults.append(Fault(Amiss.VALUE, goods, line.minor, minors[line.line], currency))
        if line.charged not in (None, line.minor):
            faults.append(Fault(Amiss.CHARGED, goods, line.charged or 0, line.minor, currency))
    return faults


def rows_of(bought: Sequence[Bought], portions: Iterable[Portion]) -> list[dict[str, Any]]:
    """By product, school and currency; plain values, as they are kept and hashed."""
    lines = {line.line: line for line in bought}
    ends: dict[tuple[str, str, str], dict[End, tuple[int, int]]] = defaultdict(dict)
    given: Counter[tuple[str, str, str]] = Counter()
    for one in portions:
        line = lines[one.line]
        key = line.goods.key, one.school or "", line.currency
        count, minor = ends[key].get(one.end, (0, 0))
        ends[key][one.end] = count + one.count, minor + one.minor
        given[key] += one.given
    goods = {line.goods.key: line.goods for line in bought}
    return [
        {
            "product": key,
            "en": goods[key].name_en,
            "zh": goods[key].name_zh,
            "school": school or None,
            "currency": currency,
            "given": given[key, school, currency],
            "ends": {end.value: list(pair) for end, pair in sorted(found.items()) if pair[0]},
        }
        for (key, school, currency), found in sorted(ends.items())
    ]


def next_order(
    bought: Sequence[Bought], portions: Iterable[Portion], months: Mapping[str, int]
) -> list[dict[str, Any]]:
    """What went of each product, in how many months, and what 12 months need at that pace.

    `months` are those in which a product could be used, by its key. What came free of charge
    by itself is not ordered.
    """
    keys = {line.line: line.goods.key for line in bought}
    goods = {line.goods.key: line.goods for line in bought if line.goods.is_ordered}
    spent: Counter[str] = Counter()
    for one in portions:
        if one.end in SPENT:
            spent[keys[one.line]] += one.count
    return [
        {
            "product": key,
            "en": one.name_en,
            "zh": one.name_zh,
            "spent": spent[key],
            "months": months.get(key, 0),
            "exams": exams,
            "units": one.units,
            "quantity": units_for(exams, one.units),
        }
        for key, one in sorted(goods.items())
        for exams in [needed_in_a_year(spent[key], months.get(key, 0))]
    ]


def needed_in_a_year(spent: int, months: int) -> int:
    """At the pace of so many in so many months, rounded up; nothing before a month is over."""
    return -(-spent * TERM_MONTHS // months) if months else 0


def sums_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, tuple[int, int]]]:
    """Counts and minor units by end, of each currency; currencies are never added up."""
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        of = found[row["currency"]]
        for end, (count, minor) in row["ends"].items():
            before = of.get(end, (0, 0))
            of[end] = before[0] + count, before[1] + minor
    return {currency: found[currency] for currency in sorted(found)}


def ends_by_product(content: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, int]]:
    """How many came to which end, by product and currency: what a supplement tells anew.

    Whoever moved to another school meanwhile changes nothing of it.
    """
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in content["rows"]:
        for end, (count, _minor) in row["ends"].items():
            found[row["product"], row["currency"]][end] += count
    return {key: dict(ends) for key, ends in found.items()}


def changes_between(former: Mapping[str, Any], content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each count that differs, by product and end."""
    before, after = ends_by_product(former), ends_by_product(content)
    names = {row["product"]: row for row in (*former["rows"], *content["rows"])}
    return [
        {
            "product": key[0],
            "en": names[key[0]]["en"],
            "zh": names[key[0]]["zh"],
            "end": end.value,
            "before": was,
            "after": now,
        }
        for key in sorted({*before, *after})
        for end in End
        for was in [before.get(key, {}).get(end.value, 0)]
        for now in [after.get(key, {}).get(end.value, 0)]
        if was != now
    ]


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way in which content is written down to be hashed."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()
