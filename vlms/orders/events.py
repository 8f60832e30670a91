"""What an order tells the domains above it, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class LineDelivered:
    """Units of a line were delivered just now; its codes are issued for them (C1)."""

    line_id: UUID
    quantity: int
    # The codes that a job has made for them already, as one batch.
    batch_id: UUID | None = None


@dataclass(frozen=True)
class LongDeliveryAsked:
    """Units of a line are to be delivered by a job; whoever makes the codes may refuse now."""

    line_id: UUID
    quantity: int


@dataclass(frozen=True)
class OrderPlaced:
    """An order that somebody placed is fixed: its days, price and reseller."""

    order_id: UUID


@dataclass(frozen=True)
class OrderProcessed:
    """An order that somebody placed was processed; what comes with it comes now (A3)."""

    order_id: UUID


@dataclass(frozen=True)
class OrderCancelled:
    """An order was cancelled; what came with it ends."""

    order_id: UUID


@dataclass(frozen=True)
class OrderHandedOver:
    """An order went to another reseller before its publisher's invoice (O4)."""

    order_id: UUID
    former_id: UUID | None
    reseller_id: UUID | None


@dataclass(frozen=True)
class ApprovalAsked:
    """An order above its organisation's limit waits for another admin."""

    order_id: UUID


@dataclass(frozen=True)
class ApprovalDeclined:
    """An order that waited is a draft again, for this reason."""

    order_id: UUID
    reason: str


@dataclass(frozen=True)
class LineRepriced:
    """A line costs another amount since it was priced again before its invoice (P5).

    Amounts are net, in minor units of the order's currency.
    """

    line_id: UUID
    old_minor: int
    new_minor: int


@dataclass(frozen=True)
class ConsentAsked:
    """The customer is asked to agree to a higher total (P5)."""

    consent_id: UUID


@dataclass(frozen=True)
class ConsentAnswered:
    """The customer agreed to a higher total, or declined it (P5)."""

    consent_id: UUID
