"""What invoices tell those who settle them, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class InvoicePosted:
    """An invoice or a credit note got its number."""

    invoice_id: UUID
