"""Refusals of giving."""

from __future__ import annotations

from vlms.core.errors import DomainError


class ReportRefused(DomainError):
    """A provider's report, or a row of it, cannot be taken in as asked (C3)."""

    reason = "report_refused"


class VoucherRequestRefused(DomainError):
    """A voucher request cannot be made or answered so."""

    reason = "voucher_request_refused"


class ReminderRefused(DomainError):
    """Somebody cannot be reminded of a code, or not now (F8)."""

    reason = "reminder_refused"
