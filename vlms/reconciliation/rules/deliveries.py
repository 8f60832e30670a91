"""The codes' side: whether what was delivered of a line is what was charged for (C1, C5, O4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from vlms.core.text import Text, _
from vlms.reconciliation.rules.differences import DifferenceClass


@dataclass(frozen=True, slots=True)
class Issued:
    """Codes of a line with one last day; those that replace another are not among them.

    `is_provider_day`: the provider set the day, which may be earlier than what was paid for.
    """

    count: int
    last_day: date
    is_provider_day: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a line's codes should be, and what they are.

    `quantity` is what was ordered and not cancelled, `units` the
    codes that one of it yields; `last_day` the one of C5. `told_count` is how many codes the
    other side counts.
    """

    reference: str
    quantity: int
    units: int
    is_due: bool
    last_day: date
    issued: Sequence[Issued]
    told_count: int | None = None

    @property
    def count(self) -> int:
        return sum(some.count for some in self.issued)


@dataclass(frozen=True, slots=True)
class WrongDelivery:
    """`expected` and `found` are counts of codes, or days in ISO form."""

    kind: DifferenceClass
    cause: Text
    expected: int | str
    found: int | str


def wrong_in(delivery: Delivery) -> Iterator[WrongDelivery]:
    """Short, too many, or with another end than the line's; a line may be several of these."""
    due = delivery.quantity * delivery.units
    if delivery.count > due:
        yield _counted(DifferenceClass.DOUBLE_CODE, delivery, due, _too_many(delivery, due))
    elif delivery.count < due and (delivery.is_due or delivery.count):
        yield _counted(DifferenceClass.SHORT_DELIVERY, delivery, due, _short(delivery, due))
    elif delivery.told_count not in (None, delivery.count):
        yield from _told(delivery)
    for some in delivery.issued:
        if _is_wrong(some, delivery.last_day):
            yield WrongDelivery(
                DifferenceClass.WRONG_END_DATE,
                _(
                    "%(count)s codes of %(line)s end on %(found)s, paid for was until "
                    "%(expected)s.",
                    count=some.count,
                    line=delivery.reference,
                    found=some.last_day,
                    expected=delivery.last_day,
                ),
                delivery.last_day.isoformat(),
                some.last_day.isoformat(),
            )


def _counted(kind: DifferenceClass, delivery: Delivery, due: int, cause: Text) -> WrongDelivery:
    return WrongDelivery(kind, cause, due, delivery.count)


def _too_many(delivery: Delivery, due: int) -> Text:
    return _(
        "%(found)s codes were issued for %(line)s, due are %(due)s: %(more)s were issued twice.",
        found=delivery.count,
        line=delivery.reference,
        due=due,
        more=delivery.count - due,
    )


def _short(delivery: Delivery, due: int) -> Text:
    return _(
        "%(found)s of %(due)s codes of %(line)s were issued; %(short)s are still due.",
        found=delivery.count,
        due=due,
        line=delivery.reference,
        short=due - delivery.count,
    )


def _told(delivery: Delivery) -> Iterator[WrongDelivery]:
    """They count other codes than were issued."""
    told = delivery.told_count or 0
    is_short = told < delivery.count
    yield WrongDelivery(
        DifferenceClass.SHORT_DELIVERY if is_short else DifferenceClass.DOUBLE_CODE,
        _(
            "They count %(told)s codes of %(line)s, %(found)s were issued.",
            told=told,
            line=delivery.reference,
            found=delivery.count,
        ),
        delivery.count,
        told,
    )


def _is_wrong(some: Issued, last_day: date) -> bool:
    return some.last_day > last_day or (some.last_day < last_day and not some.is_provider_day)
