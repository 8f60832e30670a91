"""Records the publisher's invoices from a file that was taken in: one for each of its numbers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from vlms.billing.service.publisher_invoices import (
    NewPublisherInvoice,
    record_publisher_invoice,
)
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.reconciliation.queries.files import get_file
from vlms.reconciliation.queries.publisher_papers import papers_in


def record_papers(work: Work, file_id: UUID, invoiced_on: date) -> int:
    """Record each invoice of the file whose rows are all known; how many were recorded.

    Those that are there already stay as they are. Raises BadInput when there is none to record.
    """
    work.actor.require(Permission.RECONCILE)
    file = get_file(work.session, file_id)
    ready = [paper for paper in papers_in(work.session, file_id) if paper.is_ready]
    if not ready:
        raise BadInput(
            None,
            _("No invoice of this file can be recorded."),
            reason="nothing_to_record",
            way_out=_(
                "Look at the list: each says whether it is there, or which rows are unknown."
            ),
        )
    for paper in ready:
        new = NewPublisherInvoice(
            paper.number, paper.currency, invoiced_on, paper.lines, paper.tax.minor
        )
        record_publisher_invoice(work, file.reseller_id, new)
    return len(ready)
