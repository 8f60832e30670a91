"""The charges that a month of a reseller holds, as conditions of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from vlms.billing.models.charges import Charge
from vlms.billing.rules.month import read_month
from vlms.core.text import _
from vlms.reconciliation.models.files import ReconciliationFile
from vlms.reconciliation.models.periods import Period


@dataclass(frozen=True, slots=True)
class Month:
    """A reseller's month up to an instant; charges recorded later are not in it (I18)."""

    reseller_id: UUID
    first: date
    last: date
    cut_off_at: datetime

    @property
    def charges(self) -> tuple[ColumnElement[bool], ...]:
        return (
            Charge.reseller_id == self.reseller_id,
            Charge.charged_on.between(self.first, self.last),
            Charge.recorded_at <= self.cut_off_at,
        )

    @property
    def until_now(self) -> tuple[ColumnElement[bool], ...]:
        """Charges of whatever month that are in."""
        return (Charge.reseller_id == self.reseller_id, Charge.recorded_at <= self.cut_off_at)


def month_of(period: Period, cut_off_at: datetime) -> Month:
    first, last = read_month(period.month, _("Month"))
    return Month(period.reseller_id, first, last, cut_off_at)


def list_line_ids(session: Session, month: Month) -> Sequence[UUID]:
    """The lines that the month charges, each once.

    Ask for them in parts: a database that knows no statistics yet takes minutes for a
    statement that holds them as a sub-select.
    """
    statement = select(Charge.order_line_id).where(*month.charges).distinct()
    return sorted(session.scalars(statement))


def sum_charges(session: Session, month: Month) -> dict[str, tuple[int, int]]:
    """How many charges the month has, and their net sum in minor units, by currency."""
    statement = select(Charge.currency, func.count(), func.sum(Charge.net_minor))
    found = session.execute(statement.where(*month.charges).group_by(Charge.currency))
    return {currency: (count, int(net)) for currency, count, net in found}


def count_lines(session: Session, period: Period, now: datetime) -> int:
    """How many lines a matching compares: charges, and rows of files that count."""
    charges = sum(count for count, _net in sum_charges(session, month_of(period, now)).values())
    standing = ReconciliationFile.line_count - ReconciliationFile.left_out_count
    rows = select(func.sum(standing)).where(
        ReconciliationFile.period_id == period.id, ReconciliationFile.withdrawn_at.is_(None)
    )
    return charges + int(session.scalar(rows) or 0)
