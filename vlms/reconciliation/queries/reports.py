"""Reading of saved reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.reconciliation.models.reports import SavedReport


def list_reports(session: Session, organisation_id: UUID) -> Sequence[SavedReport]:
    """Those of a workspace that were not removed, by name."""
    statement = select(SavedReport).where(
        SavedReport.organisation_id == organisation_id, SavedReport.removed_at.is_(None)
    )
    return session.scalars(statement.order_by(SavedReport.name, SavedReport.id)).all()


def list_due_reports(session: Session, now: datetime) -> Sequence[UUID]:
    """The keys of those whose time has come."""
    statement = select(SavedReport.id).where(
        SavedReport.next_at <= now,
        SavedReport.stopped_at.is_(None),
        SavedReport.removed_at.is_(None),
    )
    return session.scalars(statement.order_by(SavedReport.next_at)).all()


def get_report(session: Session, report_id: UUID) -> SavedReport:
    """Raises NotFound for one that is removed, or of another workspace."""
    found = session.get(SavedReport, report_id)
    if found is None or found.removed_at is not None:
        raise NotFound(None, _("There is no such report."))
    return found
