"""What follows a voucher request: limits, a code from stock, the waiting list (C2).

All of it answers events, as the system, or is the admin's own act in the workspace.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Organisation
from vlms.codes.events import BatchIssued, CodesFreed
from vlms.codes.models import CodeBatch
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.reserving import reserve_lasting
from vlms.core.attempts import in_work
from vlms.core.clock import local_day
from vlms.core.scoping import guarded_update
from vlms.core.term import end_of_day
from vlms.core.text import _
from vlms.core.work import Work
from vlms.giving.errors import VoucherRequestRefused
from vlms.giving.events import VoucherApproved, VoucherAsked
from vlms.giving.models.requests import AskState, LimitKind, VoucherLimit, VoucherRequest
from vlms.giving.queries.requests import (
    count_of_year,
    get_request,
    limits_of,
    line_for,
    lines_waiting,
    list_askable,
)
from vlms.giving.rules.request_limits import limit_for, over_limit
from vlms.giving.service.request_mail import tell_approved, tell_approvers, tell_waiting
from vlms.giving.service.requests import approve

WorkFactory = Callable[[], AbstractContextManager[Work]]


def answer_asking(work: Work, event: VoucherAsked) -> None:
    """Check what the asker does not see, and tell who approves. Raises VoucherRequestRefused."""
    with work.as_system("limits of voucher requests"):
        request = get_request(work.session, event.request_id)
        _check_askable(work, request)
        for kind in LimitKind:
            _check_limit(work, request, kind)
        tell_approvers(work, request)


def serve_approved(work: Work, event: VoucherApproved) -> None:
    """A code for who was approved, if it is their turn; else they wait in line."""
    with work.as_system("a code for an approved voucher request"):
        request = get_request(work.session, event.request_id)
        if request.state is AskState.WAITING:
            serve(work, request.organisation_id, request.product_id)
        if request.state is AskState.WAITING:
            tell_waiting(work, request)


def serve_on_issue(work: Work, event: BatchIssued) -> None:
    """New codes go to those who wait, first come first served."""
    with work.as_system("codes for those who wait"):
        batch = work.session.get(CodeBatch, event.batch_id)
        if batch is not None:
            serve(work, batch.organisation_id, batch.product_id)


def serve_on_release(work: Work, event: CodesFreed) -> None:
    """So does a code that was released."""
    with work.as_system("codes for those who wait"):
        serve(work, event.organisation_id, event.product_id)


def serve_all(open_work: WorkFactory) -> int:
    """Serve every waiting list; how many got a code.

    Somebody may be approved at the very moment in which a code is released, and neither of
    the two sees the other: the round that comes after both does.
    """
    with open_work() as work:
        lines = lines_waiting(work.session)
    return sum(in_work(open_work, lambda work, line=line: serve(work, *line)) for line in lines)  # type: ignore[misc]


def approve_and_assign(
    work: Work, request: VoucherRequest, remark: str | None = None
) -> VoucherRequest:
    """Approve, and begin to assign the code that is reserved, if it is their turn (C2).

    Raises what approving and assigning refuse.
    """
    approve(work, request, remark)
    serve(work, request.organisation_id, request.product_id)
    if request.code_id is not None:
        start_assign(work, request.code_id)
    return request


def serve(work: Work, organisation_id: UUID, product_id: UUID) -> int:
    """Reserve free codes for those who wait, in order; how many got one.

    Who waits for a day on which no free code is still good is passed over. Requests that
    another work is serving at this moment are left to it.
    """
    zone = work.session.get_one(Organisation, organisation_id).time_zone
    waiting = line_for(organisation_id, product_id).with_for_update(
        skip_locked=True, of=VoucherRequest
    )
    found = work.session.scalars(waiting.execution_options(populate_existing=True)).all()
    return sum(_serve(work, request, zone) for request in found)


def _serve(work: Work, request: VoucherRequest, zone: str) -> bool:
    if request.person.left_at is not None:
        return False
    lasting_beyond = max(work.now, end_of_day(request.wanted_on, zone))
    with work.doing("voucher_request.served"):
        code = reserve_lasting(work, request.person_id, request.product_id, lasting_beyond)
        if code is None:
            return False
        guards = (VoucherRequest.id == request.id, VoucherRequest.state == AskState.WAITING)
        taken = guarded_update(
            work.session, VoucherRequest, *guards, waiting_since=request.waiting_since
        )
        assert taken == 1, "the row is locked, or there is one writer"
        request.state, request.code_id, request.ended_at = AskState.APPROVED, code.id, work.now
        work.flush()
    tell_approved(work, request)
    return True


def _check_askable(work: Work, request: VoucherRequest) -> None:
    known = list_askable(work.session, [request.organisation_id])
    if request.product_id not in {product.id for product in known}:
        raise VoucherRequestRefused(
            None,
            _("Your organisation has had no codes of this product."),
            reason="product_unknown",
            field="product",
            way_out=_("Choose a product from the list."),
        )


def _check_limit(work: Work, request: VoucherRequest, kind: LimitKind) -> None:
    if kind is LimitKind.DEPARTMENT and not request.department:
        return
    zone = work.session.get_one(Organisation, request.organisation_id).time_zone
    year = local_day(request.asked_at, zone).year
    department = request.department if kind is LimitKind.DEPARTMENT else ""
    _lock_limits(work, request.organisation_id, kind)
    limit = limit_for(limits_of(work.session, request.organisation_id, kind), department, year)
    if limit is None or limit.most is None:
        return
    if count_of_year(work.session, request, kind, year, zone) > limit.most:
        told = department if kind is LimitKind.DEPARTMENT else None
        raise over_limit(year, limit.most, told)


def _lock_limits(work: Work, organisation_id: UUID, kind: LimitKind) -> None:
    """Of two who ask at once the second counts the first's request too."""
    of_kind = select(VoucherLimit.id).where(
        VoucherLimit.organisation_id == organisation_id, VoucherLimit.kind == kind
    )
    ids = list(work.session.scalars(of_kind.order_by(VoucherLimit.id)))
    if ids:
        guarded_update(work.session, VoucherLimit, VoucherLimit.id.in_(ids), kind=kind)
