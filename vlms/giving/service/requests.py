"""Voucher requests: asked by a person, answered by manager or admin, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.accounts.models import Organisation, Person
from vlms.accounts.queries import get_person
from vlms.catalog.models import Exam, Product
from vlms.catalog.queries import find_exam, get_product
from vlms.codes.service.conditions import check_present
from vlms.core.errors import Conflict, Forbidden, Topic
from vlms.core.permissions import Permission
from vlms.core.scope import Team
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.giving.errors import VoucherRequestRefused
from vlms.giving.events import VoucherApproved, VoucherAsked
from vlms.giving.models.requests import AskState, VoucherRequest
from vlms.giving.rules.request_limits import check_wanted
from vlms.giving.service.request_mail import tell_refused


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: a product, perhaps for one exam, why, and for which day."""

    product_id: UUID
    exam_number: str | None
    reason: str
    wanted_on: date


def ask(work: Work, person_id: UUID, wish: Wish) -> VoucherRequest:
    """Ask for a voucher for oneself. Limits are checked before the work is kept.

    Raises VoucherRequestRefused: a day that is over, an exam that the product does not open,
    beyond a limit; GivingRefused for who has left; Conflict while the same is asked already.
    """
    person = get_person(work.session, person_id)
    check_present(person)
    organisation = work.session.get_one(Organisation, person.organisation_id)
    check_wanted(wish.wanted_on, work.today(organisation.time_zone))
    product = get_product(work.session, wish.product_id)
    exam = _exam_of(work, product, wish.exam_number)
    work.does("voucher_request.asked")
    request = _made(work, person, wish)
    request.exam_number = exam.number if exam else None
    try:
        with work.session.begin_nested():
            work.session.add(request)
    except IntegrityError as error:
        # The same was asked at this moment, in another tab or by a second press.
        raise _asked_already() from error
    work.events.append(VoucherAsked(request.id))
    return request


def withdraw(work: Work, request: VoucherRequest) -> VoucherRequest:
    """Take a request back before a code is reserved. Raises Forbidden, Conflict."""
    if not _is_own(work, request):
        raise Forbidden(None, _("Only who asked withdraws a request."), reason="not_yours")
    work.does("voucher_request.withdrawn")
    _step(work, request, (AskState.ASKED, AskState.WAITING), AskState.WITHDRAWN)
    request.ended_at = work.now
    work.flush()
    return request


def approve(work: Work, request: VoucherRequest, remark: str | None = None) -> VoucherRequest:
    """Approve a request; a code is reserved at once, or it waits in line (C2).

    Raises Forbidden, also for one's own, and Conflict for one that is answered already.
    """
    check_may_answer(work, request)
    work.does("voucher_request.approved")
    _step(work, request, (AskState.ASKED,), AskState.WAITING)
    request.waiting_since = work.now
    _answered(work, request, remark)
    work.events.append(VoucherApproved(request.id))
    return request


def refuse(work: Work, request: VoucherRequest, reason: str) -> VoucherRequest:
    """Refuse a request with a reason, which is mailed to who asked; a waiting one too.

    Raises Forbidden, also for one's own, and Conflict for one that is answered already.
    """
    check_may_answer(work, request)
    work.does("voucher_request.refused")
    _step(work, request, (AskState.ASKED, AskState.WAITING), AskState.REFUSED)
    request.ended_at = work.now
    _answered(work, request, reason)
    tell_refused(work, request)
    return request


def check_may_answer(work: Work, request: VoucherRequest) -> None:
    """Raises Forbidden but for the person's manager and who may answer in the organisation.

    Nobody answers their own. A manager's session sees their people's requests alone.
    """
    if not isinstance(work.session.info.get("scope"), Team):
        work.actor.require(Permission.ANSWER_VOUCHER_REQUESTS)
    if _is_own(work, request):
        raise Forbidden(
            None,
            _("Nobody answers their own request."),
            reason="own_request",
            way_out=_("Another licensing admin or the manager answers it."),
        )


def _is_own(work: Work, request: VoucherRequest) -> bool:
    user_id = work.actor.user_id
    return user_id is not None and user_id in (request.asked_by, request.person.user_id)


def _answered(work: Work, request: VoucherRequest, answer: str | None) -> None:
    request.answer = answer
    request.answered_at, request.answered_by = work.now, work.actor.user_id
    work.flush()


def _step(
    work: Work, request: VoucherRequest, before: tuple[AskState, ...], after: AskState
) -> None:
    """Raises Conflict when somebody else was faster: of two who answer at once one wins."""
    guards = (VoucherRequest.id == request.id, VoucherRequest.state.in_(before))
    # Locks the row: the second sees what the first has written.
    if guarded_update(work.session, VoucherRequest, *guards, asked_at=VoucherRequest.asked_at) != 1:
        work.session.refresh(request)
        raise Conflict(
            None,
            _("This request was answered or withdrawn already."),
            reason="request_answered",
            way_out=_("Load the page again to see how it stands."),
            ask=Topic.CODES,
        )
    request.state = after


def _exam_of(work: Work, product: Product, number: str | None) -> Exam | None:
    if number is None:
        return None
    exam = find_exam(work.session, number)
    if exam is None or exam.family_key not in {family.key for family in product.families}:
        raise VoucherRequestRefused(
            None,
            _("This product is not good for the exam %(exam)s.", exam=number),
            reason="exam_of_other_family",
            field="exam",
            way_out=_("Choose another exam or product."),
            ask=Topic.CODES,
        )
    return exam


def _made(work: Work, person: Person, wish: Wish) -> VoucherRequest:
    waiting = select(VoucherRequest.id).where(
        VoucherRequest.person_id == person.id,
        VoucherRequest.product_id == wish.product_id,
        VoucherRequest.state.in_((AskState.ASKED, AskState.WAITING)),
    )
    if work.session.scalar(waiting.limit(1)) is not None:
        raise _asked_already()
    return VoucherRequest(
        organisation_id=person.organisation_id,
        person_id=person.id,
        department=person.department or "",
        product_id=wish.product_id,
        reason=wish.reason,
        wanted_on=wish.wanted_on,
        state=AskState.ASKED,
        asked_at=work.now,
        asked_by=work.actor.user_id,
    )


def _asked_already() -> Conflict:
    return Conflict(
        None,
        _("You have asked for this already, and no code is reserved yet."),
        reason="request_open",
        way_out=_("The answer comes by mail; you can withdraw the request and ask anew."),
        ask=Topic.CODES,
    )
