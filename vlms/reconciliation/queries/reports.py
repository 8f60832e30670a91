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


def list_reports(
    session: Session, organisation_id: UUID, owner_id: UUID | None = None
) -> Sequence[SavedReport]:
    """Those of a workspace, by name; with an owner that person's only."""
    statement = select(SavedReport).where(SavedReport.organisation_id == organisation_id)
    if owner_id is not None:
        statement = statement.where(SavedReport.owner_id == owner_id)
    return session.scalars(statement.order_by(SavedReport.name, SavedReport.id)).all()


def list_due_reports(session: Session, now: datetime) -> Sequence[UUID]:
    """The keys of those whose time has come."""
    statement = select(SavedReport.id).where(
        SavedReport.next_at <= now, SavedReport.stopped_at.is_(None)
    )
    return session.scalars(statement.order_by(SavedReport.next_at)).all()


def get_report(session: Session, report_id: UUID, owner_id: UUID | None) -> SavedReport:
    """A report is its owner's alone. Raises NotFound for one that is gone, or another's.

    Without an owner: for jobs and the command line, which work for nobody.
    """
    found = session.get(SavedReport, report_id)
    if found is None or owner_id not in (None, found.owner_id):
        raise NotFound(None, _("There is no such report."))
    return found
