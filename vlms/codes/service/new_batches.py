"""New batches, and their human numbers: B-000012, and B-000012/7 for its seventh code."""

from __future__ import annotations

from datetime import datetime

from vlms.codes.models import CodeBatch
from vlms.core.work import Work
from vlms.orders.models import OrderLine
from vlms.orders.service.series import next_in_series

SERIES = "code_batch"


def take_batch_number(work: Work) -> str:
    """The next number."""
    return f"B-{next_in_series(work, SERIES):06d}"


def add_batch(
    work: Work, line: OrderLine, code_count: int, issued_at: datetime, expires_at: datetime
) -> CodeBatch:
    """A line's batch of so many codes, of which the last expires at `expires_at`."""
    batch = CodeBatch(
        organisation_id=line.organisation_id,
        agreement_id=line.agreement_id,
        reseller_id=line.reseller_id,
        order_line_id=line.id,
        product_id=line.product_id,
        number=take_batch_number(work),
        source=line.product.code_source,
        code_count=code_count,
        expires_at=expires_at,
        issued_at=issued_at,
        issued_by=work.actor.user_id,
    )
    work.session.add(batch)
    work.flush()
    return batch
