"""What the rows of a moving-in say, once they are read: orders, codes, packs, entitlements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from vlms.codes.rules.expiry import Expiry
from vlms.codes.rules.lifecycle import State
from vlms.core.errors import DomainError
from vlms.core.money import Money
from vlms.core.text import Text


@dataclass(frozen=True)
class AgreementFacts:
    """An agreement that is here, or that the same workbook brings."""

    number: str
    first_day: date
    last_day: date
    zone: str
    currency: str


@dataclass(frozen=True)
class ProductFacts:
    """What is asked of a product: how many codes or exams a unit yields, and how."""

    id: UUID
    key: str
    yields_codes: bool
    is_site_pack: bool
    is_library: bool
    is_entitlement: bool
    units: int
    lives_to_agreement_end: bool


Place = tuple[str, int]
"""An order's former number and a line of it."""


@dataclass(frozen=True)
class LineFacts:
    """One line of an order that was placed before, amounts as they were invoiced."""

    order: str
    position: int
    agreement: AgreementFacts
    product: ProductFacts
    quantity: int
    delivered: int
    charge_type: str
    months: int
    unit_price: Decimal
    amount: Money
    charge_start: date
    charge_end: date
    steps: Steps
    purchase_order: str | None
    cost_centre: str | None

    @property
    def place(self) -> Place:
        return self.order, self.position

    @property
    def due_count(self) -> int:
        """Codes, or exams of a pack, that were delivered of it (C1, A2)."""
        return self.delivered * self.product.units


@dataclass(frozen=True)
class Steps:
    """The days of an order's steps in the agreement's zone; None: not taken yet (O4)."""

    ordered_on: date
    processed_on: date | None = None
    acknowledged_on: date | None = None
    invoiced_on: date | None = None
    fulfilled_on: date | None = None

    def in_order(self) -> tuple[date | None, ...]:
        return (
            self.ordered_on,
            self.processed_on,
            self.acknowledged_on,
            self.invoiced_on,
            self.fulfilled_on,
        )


@dataclass(frozen=True)
class CodeFacts:
    """One code as it stood; `text` is normalised, None where only its last characters are known.

    Instants are the starts of the stated days in the agreement's zone.
    """

    place: Place
    text: str | None
    is_own_kind: bool
    last4: str
    state: State
    person_id: UUID | None
    expiry: Expiry
    assigned_at: datetime | None
    claimed_at: datetime | None
    ended_at: datetime | None
    exam: str | None
    site: str | None
    starts_at: datetime | None
    reference: str | None


@dataclass(frozen=True)
class PackFacts:
    """What a school (None: all of them together) had of a pack, and what of it was used."""

    place: Place
    school_id: UUID | None
    quota: int
    used: int


@dataclass(frozen=True)
class EntitlementFacts:
    product_id: UUID
    reference: str
    quantity: int
    used: int
    ends_on: date
    note: str | None


@dataclass
class ReadRow:
    """A row as it was read: what is shown of it, what it says, and what is wrong with it."""

    number: int
    shown: tuple[str, ...]
    facts: object | None = None
    refusals: list[DomainError] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
