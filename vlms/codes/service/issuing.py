"""Issues the codes of a delivery, in its unit of work (C1, C5).

The journal tells of the batch and its counts; each later step is told on its code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from vlms.agreements.models import Agreement
from vlms.audit.service import journal
from vlms.catalog.models import CodeSource
from vlms.codes.custody import custody_of
from vlms.codes.errors import IssueRefused
from vlms.codes.events import BatchIssued
from vlms.codes.models import Code, CodeBatch
from vlms.codes.queries import count_issued
from vlms.codes.rules.code_text import bytes_needed, last_symbols, make_codes
from vlms.codes.rules.expiry import Expiry, LineTerm, ProviderDate, code_expiry
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.drawing import choose_stock, mark_drawn
from vlms.codes.service.new_batches import add_batch, take_batch_number
from vlms.codes.service.telling import tell_contacts
from vlms.core.errors import Topic
from vlms.core.scoping import bulk_insert, guarded_update, seeing_unfinished
from vlms.core.term import start_of_day
from vlms.core.text import _
from vlms.core.tokens import new_id, random_bytes
from vlms.core.work import Work
from vlms.orders.events import LineDelivered
from vlms.orders.models import OrderLine


@dataclass(frozen=True)
class NewCode:
    """What a code begins with; `text` is normalised and leaves this module sealed."""

    id: UUID
    text: str
    last4: str
    expiry: Expiry


def issue_on_delivery(work: Work, event: LineDelivered) -> None:
    """Issue the codes of the units that were delivered; packs with a counter issue none."""
    line = work.session.get_one(OrderLine, event.line_id, populate_existing=True)
    if event.batch_id is not None:
        _take_over(work, line, event.batch_id)
    elif line.product.code_source is not CodeSource.NONE:
        issue(work, line, event.quantity)


def issue(work: Work, line: OrderLine, quantity: int) -> CodeBatch:
    """Exactly quantity × units codes of a delivered line, as one batch (C1).

    Raises IssueRefused: more than was delivered, or nothing of it would still be good;
    StockShort: the provider's lists hold too few. The delivery is then rolled back.
    """
    count = quantity * line.product.units
    _check_count(work, line, count)
    codes = new_codes(work, line, count)
    work.does("code_batch.issued")
    expires_at = max(code.expiry.expires_at for code in codes)
    batch = add_batch(work, line, count, work.now, expires_at)
    bulk_insert(work.session, Code, code_rows(work, batch, codes))
    if batch.source is CodeSource.PROVIDER:
        mark_drawn(work, [code.id for code in codes])
    tell_contacts(work, batch)
    work.events.append(BatchIssued(batch.id, count))
    return batch


def _take_over(work: Work, line: OrderLine, batch_id: UUID) -> None:
    """Let a batch appear whose codes a job has made, all of them (C1)."""
    with seeing_unfinished(work.session):
        batch = work.session.get_one(CodeBatch, batch_id)
        of_batch = Code.batch_id == batch.id
        made, highest, expires_at = work.session.execute(
            select(func.count(), func.max(Code.number), func.max(Code.expires_at)).where(of_batch)
        ).one()
    _check_count(work, line, made)
    if not made == highest == batch.code_count:
        raise RuntimeError(f"{made} of {batch.code_count} codes are made, up to {highest}")
    facts = {
        "number": take_batch_number(work),
        "expires_at": expires_at,
        "issued_at": work.now,
        "issued_by": work.actor.user_id,
    }
    with seeing_unfinished(work.session):
        guarded_update(
            work.session, CodeBatch, CodeBatch.id == batch.id, unfinished_job_id=None, **facts
        )
        work.session.refresh(batch)
    told = {name: getattr(batch, name) for name in CodeBatch.audited}
    record = ("code_batch", batch.id, batch.organisation_id)
    journal(work, "code_batch.issued", record, after=told)
    tell_contacts(work, batch)
    work.events.append(BatchIssued(batch.id, made))


def line_term(work: Work, line: OrderLine) -> LineTerm:
    """The days that bound the line's codes (C5)."""
    agreement = work.session.get_one(Agreement, line.agreement_id)
    return LineTerm(
        line.charge_end or agreement.last_day,
        agreement.last_day,
        agreement.time_zone,
        line.product.lives_to_agreement_end,
    )


def _check_count(work: Work, line: OrderLine, count: int) -> None:
    delivered = line.delivered_quantity * line.product.units
    issued = count_issued(work.session, line.id)
    if count < 1 or issued + count != delivered:
        raise IssueRefused(
            "C1",
            _(
                "%(delivered)s codes are due for this line and %(issued)s were issued already.",
                delivered=delivered,
                issued=issued,
            ),
            reason="issue_count",
            way_out=_("Load the order again: the delivery may have been recorded before."),
            ask=Topic.CODES,
        )


def line_expiry(work: Work, line: OrderLine) -> Expiry:
    """When codes of the line end (C5). Raises IssueRefused when that is over."""
    expiry = code_expiry(line_term(work, line))
    if expiry.expires_at <= work.now:
        raise _lapsed(expiry.last_day)
    return expiry


def new_codes(work: Work, line: OrderLine, count: int) -> Sequence[NewCode]:
    """So many codes, made or drawn. Raises IssueRefused, StockShort."""
    term, expiry = line_term(work, line), line_expiry(work, line)
    if line.product.code_source is CodeSource.PROVIDER:
        return _drawn(work, line, count, term)
    texts = make_codes(random_bytes(bytes_needed(count)))
    return [NewCode(new_id(), text, last_symbols(text), expiry) for text in texts]


def _drawn(work: Work, line: OrderLine, count: int, term: LineTerm) -> Sequence[NewCode]:
    """Codes from the provider's lists; each keeps its key, so that no code is drawn twice."""
    custody = custody_of(work)
    ends: dict[tuple[date | None, str | None], Expiry] = {}
    codes = []
    for row in choose_stock(work, line, count):
        printed = (row.last_day, row.zone)
        if printed not in ends:
            provided = ProviderDate(row.last_day, row.zone) if row.last_day and row.zone else None
            ends[printed] = code_expiry(term, provided)
        text = custody.open(row.id, None, row.sealed_text or b"")
        codes.append(NewCode(row.id, text, row.last4, ends[printed]))
    return codes


def _lapsed(last_day: date) -> IssueRefused:
    return IssueRefused(
        "C5",
        _("The codes of this line would have lapsed on %(day)s.", day=last_day),
        reason="issue_lapsed",
        way_out=_("Leave the line open, and agree with the customer on a new order."),
        ask=Topic.CODES,
    )


def _usable_at(work: Work, batch: CodeBatch) -> datetime:
    agreement = work.session.get_one(Agreement, batch.agreement_id)
    return start_of_day(agreement.first_day, agreement.time_zone)


_EMPTY = dict.fromkeys(
    (
        "person_id",
        "reserved_at",
        "assign_due_at",
        "assigned_at",
        "claimed_at",
        "terms_accepted_at",
        "ended_at",
        "replaces_id",
        "case_number",
    )
)


def code_rows(
    work: Work, batch: CodeBatch, codes: Sequence[NewCode], first_number: int = 1
) -> list[dict[str, Any]]:
    """Every column of every code; what they have in common is written once."""
    custody = custody_of(work)
    sealed = custody.seal_all(batch.organisation_id, [(code.id, code.text) for code in codes])
    indexes = custody.index_all(code.text for code in codes)
    common = {
        **_EMPTY,
        "organisation_id": batch.organisation_id,
        "agreement_id": batch.agreement_id,
        "reseller_id": batch.reseller_id,
        "batch_id": batch.id,
        "product_id": batch.product_id,
        "state": State.AVAILABLE,
        "version": 1,
        "source": batch.source,
        "usable_at": _usable_at(work, batch),
    }
    return [
        {
            **common,
            "id": code.id,
            "number": number,
            "text_index": index,
            "sealed_text": sealed_text,
            "last4": code.last4,
            "last_day": code.expiry.last_day,
            "time_zone": code.expiry.zone,
            "last_day_reason": code.expiry.reason,
            "expires_at": code.expiry.expires_at,
        }
        for number, (code, sealed_text, index) in enumerate(
            zip(codes, sealed, indexes, strict=True), start=first_number
        )
    ]
