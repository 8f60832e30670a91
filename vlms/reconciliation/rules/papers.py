"""Which order line a row of the publisher's file asks for: by reference, product, quantity."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line of the order that the row names, by all that it and its product are called."""

    id: UUID
    references: frozenset[str]
    names: frozenset[str]
    quantity: int


@dataclass(frozen=True, slots=True)
class AskedRow:
    """What a row says; `product` folded."""

    reference: str
    product: str
    quantity: int | None


def line_asked_for(
    row: AskedRow, lines: Sequence[OrderedLine], taken: Collection[UUID]
) -> OrderedLine | None:
    """The line of the order that the row means, one that no row has taken where there are two.

    None where nothing tells: it is never guessed.
    """
    tests: tuple[Callable[[OrderedLine], bool], ...] = (
        lambda line: row.reference in line.references,
        lambda line: row.product in line.names and row.quantity == line.quantity,
        lambda line: row.product in line.names,
        lambda _line: len(lines) == 1 and not row.product,
    )
    for test in tests:
        found = [line for line in lines if test(line)]
        free = [line for line in found if line.id not in taken]
        if found:
            return (free or found)[0]
    return None
