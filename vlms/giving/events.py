"""What happens to voucher requests, for whoever has to answer in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class VoucherAsked:
    """A person has asked for a voucher; limits are checked, and who approves is told."""

    request_id: UUID


@dataclass(frozen=True)
class VoucherApproved:
    """A request was approved: it stands in the line for a code from now on."""

    request_id: UUID
