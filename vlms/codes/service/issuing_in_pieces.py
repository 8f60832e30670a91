"""Issues many codes in many short transactions, as a job (C1).

The batch and its codes are seen by nobody until the last transaction, which delivers the
line and lets all of them appear. The codes' numbers within the batch count what is made, so
that who takes over goes on where the other was; the index on them lets none be made twice.
"""

from __future__ import annotations

import time
from uuid import UUID

from sqlalchemy import delete, func, select

from vlms.catalog.models import CodeSource
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.expiry import Expiry
from vlms.codes.service.drawing import check_stock, give_back, mark_drawn
from vlms.codes.service.issuing import code_rows, line_expiry, new_codes
from vlms.core.attempts import retrying
from vlms.core.packed_text import pack_text
from vlms.core.scoping import bulk_insert, seeing_unfinished
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.orders.events import LongDeliveryAsked
from vlms.orders.models import OrderLine
from vlms.orders.service.delivery import deliver

PIECE = 1_000
# Others who wait for the database get in between two pieces.
_BREATH_SECONDS = 0.05


def check_long_issue(work: Work, event: LongDeliveryAsked) -> None:
    """Raises what the job would: IssueRefused (C5), StockShort (C7)."""
    line = work.session.get_one(OrderLine, event.line_id)
    line_expiry(work, line)
    if line.product.code_source is CodeSource.PROVIDER:
        check_stock(work, line, event.quantity * line.product.units)


def issue_in_pieces(held: HeldJob) -> None:
    """Make the codes piece by piece, then deliver them. Raises LeaseLost, JobCancelled."""
    while not retrying(lambda: make_piece(held)):
        time.sleep(_BREATH_SECONDS)
    retrying(lambda: _deliver(held))


def make_piece(held: HeldJob) -> bool:
    """One more piece; whether all are made now."""
    with held.work() as work, seeing_unfinished(work.session):
        line = work.session.get_one(OrderLine, UUID(held.facts["line_id"]))
        batch = find_unfinished(work, held) or _begin(work, held, line)
        made = _count(work, batch)
        if made == batch.code_count:
            return True
        codes = new_codes(work, line, min(PIECE, batch.code_count - made))
        bulk_insert(work.session, Code, code_rows(work, batch, codes, made + 1))
        if batch.source is CodeSource.PROVIDER:
            mark_drawn(work, [code.id for code in codes])
        made += len(codes)
        held.tell_progress(work, made, batch.code_count)
        return made == batch.code_count


def find_unfinished(work: Work, held: HeldJob) -> CodeBatch | None:
    """The batch that the job is making; for a session that sees it."""
    return work.session.scalar(select(CodeBatch).where(CodeBatch.unfinished_job_id == held.id))


def take_back(held: HeldJob) -> None:
    """Leave nothing of a batch that nobody has seen; drawn codes are stock again."""
    while not retrying(lambda: _take_back_piece(held)):
        time.sleep(_BREATH_SECONDS)


def _take_back_piece(held: HeldJob) -> bool:
    with held.work(to_the_end=True) as work, seeing_unfinished(work.session):
        batch = find_unfinished(work, held)
        if batch is None:
            return True
        last = select(Code).where(Code.batch_id == batch.id).order_by(Code.number.desc())
        codes = work.session.scalars(last.limit(PIECE)).all()
        if batch.source is CodeSource.PROVIDER:
            give_back(work, codes)
        ids = [code.id for code in codes]
        _delete(work, Code, ids)
        held.tell_progress(work, _count(work, batch), batch.code_count)
        if len(ids) == PIECE:
            return False
        _delete(work, CodeBatch, [batch.id])
        return True


def _delete(work: Work, model: type[Code] | type[CodeBatch], ids: list[UUID]) -> None:
    statement = delete(model).where(model.id.in_(ids))
    work.session.execute(statement, execution_options={"synchronize_session": False})


def _begin(work: Work, held: HeldJob, line: OrderLine) -> CodeBatch:
    """The batch without a code yet; its number is given when it appears."""
    expiry: Expiry = line_expiry(work, line)
    batch_id = new_id()
    row = {
        "id": batch_id,
        "organisation_id": line.organisation_id,
        "agreement_id": line.agreement_id,
        "reseller_id": line.reseller_id,
        "order_line_id": line.id,
        "product_id": line.product_id,
        "number": batch_id.hex[-20:],
        "source": line.product.code_source,
        "code_count": held.facts["quantity"] * line.product.units,
        "expires_at": expiry.expires_at,
        "issued_at": work.now,
        "issued_by": None,
        "unfinished_job_id": held.id,
    }
    # Not journalled: for everybody else it does not exist before it is delivered.
    bulk_insert(work.session, CodeBatch, [row])
    return work.session.get_one(CodeBatch, batch_id)


def _count(work: Work, batch: CodeBatch) -> int:
    made = select(func.max(Code.number)).where(Code.batch_id == batch.id)
    return int(work.session.scalar(made) or 0)


def _deliver(held: HeldJob) -> None:
    """The line delivered, the batch seen, its mail written, the job done: all or nothing."""
    with held.work(held.asker) as work:
        with seeing_unfinished(work.session):
            batch = find_unfinished(work, held)
        assert batch is not None
        facts = held.facts
        order_id, line_id = UUID(facts["order_id"]), UUID(facts["line_id"])
        deliver(work, order_id, line_id, facts["quantity"], facts["note"], batch.id)
        result = {
            "endpoint": "codes.batch",
            "values": {"batch_id": str(batch.id)},
            "label": pack_text(_("Open the batch")),
        }
        held.finish(work, result)
