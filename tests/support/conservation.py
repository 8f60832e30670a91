"""What must always be true of the codes and packs in a database (C1, C2, C6, C8; I3, I4)."""

from __future__ import annotations

from sqlalchemy import func, select

from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind, PackKind, PackQuota
from vlms.catalog.models import CodeSource
from vlms.codes.models import Code, CodeBatch, Outcome, Registration, StockCode
from vlms.codes.rules.lifecycle import TERMINAL, State
from vlms.core.work import Work
from vlms.orders.models import OrderLine

_NOBODYS = (State.AVAILABLE, State.VOID)


def check_codes(work: Work) -> None:
    """Raises AssertionError with the first broken promise. Give it a System scope."""
    for line in work.session.scalars(select(OrderLine)):
        _check_line(work, line)
    for batch in work.session.scalars(select(CodeBatch)):
        _check_batch(work, batch)
    for code in work.session.scalars(select(Code)):
        _check_code(code)
    for stock in work.session.scalars(select(StockCode)):
        assert (stock.drawn_code_id is None) == (stock.sealed_text is not None), stock.id
    _check_registrations(work)


def _check_line(work: Work, line: OrderLine) -> None:
    """C1: exactly quantity × units codes for what was delivered; replacements come on top."""
    if line.product.code_source is CodeSource.NONE:
        return
    issued = work.session.scalar(
        select(func.count(Code.id))
        .join(CodeBatch, Code.batch_id == CodeBatch.id)
        .where(CodeBatch.order_line_id == line.id, Code.replaces_id.is_(None))
    )
    assert issued == line.delivered_quantity * line.product.units, (line.id, issued)


def _check_batch(work: Work, batch: CodeBatch) -> None:
    count = work.session.scalar(
        select(func.count(Code.id)).where(Code.batch_id == batch.id, Code.replaces_id.is_(None))
    )
    assert count == batch.code_count or count == 0, (batch.number, count, batch.code_count)


def _check_code(code: Code) -> None:
    if code.state not in _NOBODYS:
        assert code.person_id is not None, code.id
    if code.state is State.AVAILABLE:
        assert code.person_id is None, code.id
        assert code.assign_due_at is None, code.id
    if code.state in TERMINAL:
        assert code.sealed_text is None, code.id
        assert code.ended_at is not None, code.id
    assert len(code.last4) <= 4, code.id


def _check_registrations(work: Work) -> None:
    """At most one open registration a code, and open ones belong to registered codes."""
    seen = set()
    for registration in work.session.scalars(select(Registration)):
        assert registration.is_open == (registration.outcome is None), registration.id
        if registration.is_open:
            assert registration.code_id not in seen, registration.code_id
            seen.add(registration.code_id)
            assert registration.code.state is State.REGISTERED
            assert registration.code.person_id == registration.person_id
        if registration.outcome is Outcome.USED:
            assert registration.code.state is State.USED


def check_packs(work: Work) -> None:
    """I3, I4: counters are the sums of the ledger, and nobody has more than there is.

    Raises AssertionError with the first broken promise. Give it a System scope.
    """
    for pack in work.session.scalars(select(Pack)):
        work.session.refresh(pack)
        quotas = work.session.scalars(select(PackQuota).where(PackQuota.pack_id == pack.id)).all()
        given = sum(_check_quota(work, quota) for quota in quotas)
        assert pack.allotted_count == given <= pack.capacity, (pack.number, given)
        if pack.kind is PackKind.IMAGINE_GRANT:
            free = sum(quota.free_count for quota in quotas)
            assert free <= pack.product.units, (pack.number, free)


def _check_quota(work: Work, quota: PackQuota) -> int:
    """The size of a quota, which its ledger must agree with."""
    work.session.refresh(quota)
    summed = select(PackEntry.kind, func.sum(PackEntry.count)).group_by(PackEntry.kind)
    rows = work.session.execute(summed.where(PackEntry.quota_id == quota.id))
    sums: dict[PackEntryKind, int] = {kind: int(count) for kind, count in rows}

    def total(kind: PackEntryKind) -> int:
        return sums.get(kind, 0)

    kinds = PackEntryKind
    used = total(kinds.STARTED) - total(kinds.REVERSED)
    reserved = total(kinds.RESERVED) - total(kinds.RETURNED) - total(kinds.STARTED)
    size = total(kinds.GIVEN) - total(kinds.RECALLED)
    assert (quota.quota_count, quota.reserved_count, quota.used_count) == (size, reserved, used)
    assert 0 <= reserved + used <= size, (quota.id, reserved, used, size)
    return quota.quota_count
