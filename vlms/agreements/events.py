"""What agreements tell the domains above them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class OrderAsked:
    """Whether an order may be begun under the agreement today; an answer may refuse it."""

    agreement_id: UUID


@dataclass(frozen=True)
class DeletionAsked:
    """Whether nothing above holds on to the agreement; an answer may refuse it."""

    agreement_id: UUID


@dataclass(frozen=True)
class ResellerChanged:
    """Another reseller takes an agreement on from now; None stands for no reseller.

    With `hands_over` the orders go along that the publisher has not invoiced.
    """

    agreement_id: UUID
    former_id: UUID | None
    reseller_id: UUID | None
    hands_over: bool


@dataclass(frozen=True)
class TermsChanged:
    """Terms that orders were reckoned with have changed; an answer may refuse it.

    `fields` are names of `FIXED_BY_ORDERS`.
    """

    agreement_id: UUID
    fields: tuple[str, ...]
