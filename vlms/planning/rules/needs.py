"""How many exams a plan needs, from what they are taken, and by when to order the rest (O6).

What is planned for one exam day is one wave: it is ordered together, and nothing is proposed
for it that lapses before that day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from vlms.core.errors import BadInput
from vlms.core.term import ONE_DAY, add_months
from vlms.core.text import Text, _
from vlms.orders.rules.dated import in_effect
from vlms.orders.rules.deadline import DeliveryTerms, add_business_days

_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Preparation:
    """From a day on: the fewest months of preparation, hands-on experience included (O6)."""

    effective_from: date
    fundamentals_months: int
    advanced_months: int


# The published advice; others follow with their own day.
PREPARATIONS = (Preparation(date.min, 6, 12),)
# What one row of a plan may hold.
MOST_MONTHS, MOST_EXAMS, MOST_PEOPLE = 36, 20, 100_000


@dataclass(frozen=True, slots=True)
class PlannedExam:
    """An exam of a certification: its family, and the day on which it retires, if any."""

    number: str
    family: str
    retires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """People who are to earn a certification after so many months of preparation.

    `exams_each` are sittings a person, retakes included; None: each exam once.
    """

    people: int
    is_advanced: bool
    exams: tuple[PlannedExam, ...]
    months: int
    exams_each: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """So many exams of a family on one day; `retires_on` of the first exam to retire."""

    exam_on: date
    family: str
    count: int
    retires_on: date | None = None


@dataclass(frozen=True, slots=True)
class FreeStock:
    """What nobody has yet of a product: usable until its last day for exams of its families."""

    key: str
    families: frozenset[str]
    last_day: date
    count: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken of a free stock for a need."""

    stock: FreeStock
    count: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """A need, what free stock covers of it, and what must be ordered."""

    need: Need
    taken: tuple[Taken, ...]

    @property
    def free(self) -> int:
        return sum(one.count for one in self.taken)

    @property
    def missing(self) -> int:
        return self.need.count - self.free


def least_months(is_advanced: bool, day: date) -> int:
    """The fewest months of preparation for an exam, as of a day."""
    advice = in_effect(PREPARATIONS, day)
    return advice.advanced_months if is_advanced else advice.fundamentals_months


def can_be_earned(
    exams: Iterable[PlannedExam], is_advanced: bool, begins_on: date, today: date
) -> bool:
    """Whether an exam is still given once its preparation, begun on a day, can be over (C3, O6)."""
    months = least_months(is_advanced, begins_on)

    def is_given(last_day: date) -> bool:
        # In this order: a preparation that begins after it may end beyond any calendar.
        return today <= last_day and begins_on <= last_day >= add_months(begins_on, months)

    return any(exam.retires_on is None or is_given(exam.retires_on) for exam in exams)


def check_goal(goal: Goal, begins_on: date) -> None:
    """Raises BadInput (O6) for too short a preparation, and for no exams at all."""
    least = least_months(goal.is_advanced, begins_on)
    if goal.months < least:
        raise BadInput(
            "O6",
            _(
                "Preparing takes %(least)s months or more, hands-on experience included.",
                least=least,
            ),
            reason="too_short_a_preparation",
            field="months",
            way_out=_("Enter %(least)s or more, or an earlier day on which it began.", least=least),
        )
    if not goal.exams:
        raise BadInput(
            "O6",
            _("The catalogue has no exam for this certification."),
            reason="no_exams",
            field="certification",
            way_out=_("Choose another certification."),
        )


def needs_of(goals: Iterable[Goal], begins_on: date) -> list[Need]:
    """The exams of all goals by day and family, the earliest first. Raises BadInput (O6)."""
    counts: Counter[tuple[date, str]] = Counter()
    ends: dict[tuple[date, str], date] = {}
    for goal in goals:
        check_goal(goal, begins_on)
        exam_on = add_months(begins_on, goal.months)
        for number in range(goal.exams_each or len(goal.exams)):
            exam = goal.exams[number % len(goal.exams)]
            key = exam_on, exam.family
            counts[key] += goal.people
            if exam.retires_on is not None:
                ends[key] = min(ends.get(key, exam.retires_on), exam.retires_on)
    return [
        Need(exam_on, family, count, ends.get((exam_on, family)))
        for (exam_on, family), count in sorted(counts.items())
        if count
    ]


def take_free(needs: Sequence[Need], stocks: Iterable[FreeStock]) -> list[Shortage]:
    """Free stock first: for each need what lasts until its day, the narrowest and soonest first.

    The earlier need chooses first; nothing is taken twice, nor what lapses before the exam.
    """
    left = sorted(stocks, key=lambda one: (len(one.families), one.last_day, one.key))
    found = []
    for need in needs:
        taken: list[Taken] = []
        missing = need.count
        for place, stock in enumerate(left):
            fits = need.family in stock.families and stock.last_day >= need.exam_on
            count = min(stock.count, missing) if fits else 0
            if count:
                taken.append(Taken(stock, count))
                left[place] = replace(stock, count=stock.count - count)
                missing -= count
        found.append(Shortage(need, tuple(taken)))
    return found


def units_for(missing: int, units: int) -> int:
    """How many of a product yield so many exams: never fewer."""
    return -(-missing // units)


def delivery_days(terms: DeliveryTerms) -> int:
    """Business days from the order until its codes are there at the latest (O4)."""
    return terms.codes_until_days + -(-terms.acknowledge_hours // _HOURS_A_DAY)


def order_by(exam_on: date, terms: DeliveryTerms, holidays: Set[date]) -> date:
    """The last day to order on: whose codes are there, at the latest, on the day of the exam."""
    days = delivery_days(terms)
    day = exam_on
    while add_business_days(day, days, holidays) > exam_on:
        day -= ONE_DAY
    return day


def why_unfit(need: Need, first_day: date, last_day: date) -> Text | None:
    """Why codes that can be used from one day to another do not serve a need; None: they do."""
    if last_day < need.exam_on:
        return _(
            "It would lapse on %(last)s, before the exams on %(exam)s.",
            last=last_day,
            exam=need.exam_on,
        )
    if first_day > need.exam_on:
        return _(
            "It could be used from %(first)s only, after the exams on %(exam)s.",
            first=first_day,
            exam=need.exam_on,
        )
    return None


def why_never(need: Need, agreement_ends_on: date, today: date) -> Text | None:
    """Why no order can serve a need, whatever the product; None: one may."""
    if need.exam_on <= today:
        return _("The exams on %(exam)s are not to come any more.", exam=need.exam_on)
    if need.retires_on is not None and need.retires_on < need.exam_on:
        return _(
            "An exam retires on %(retires)s, before %(exam)s.",
            retires=need.retires_on,
            exam=need.exam_on,
        )
    if agreement_ends_on < need.exam_on:
        return _(
            "The agreement ends on %(end)s, before the exams on %(exam)s: plan them under the "
            "agreement that follows.",
            end=agreement_ends_on,
            exam=need.exam_on,
        )
    return None
