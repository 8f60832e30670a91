"""A coordinator asks for more of a pack; the admin gives some or refuses (F11)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.academy.errors import QuotaRefused
from vlms.academy.models.packs import QuotaRequest, QuotaRequestState
from vlms.academy.queries.packs import get_pack, get_request
from vlms.academy.service.pack_conditions import (
    asking_conditions,
    check_count,
    check_reason,
    request_open,
    require_may,
)
from vlms.academy.service.pack_mail import tell_user
from vlms.academy.service.quotas import Place, check_place, give
from vlms.accounts.models import User
from vlms.accounts.queries import list_users_who_may
from vlms.core.acts import require
from vlms.core.db import reading
from vlms.core.errors import Conflict
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work

_ASKING = System("who shares packs out")


def ask(work: Work, pack_id: UUID, place: Place, count: int, reason: str) -> QuotaRequest:
    """Ask for more exams for a school, for a term or as long as the pack; who shares it out is
    told.

    Raises Forbidden, QuotaRefused while an earlier request is open, BadInput, NotFound.
    """
    pack = get_pack(work.session, pack_id)
    require(asking_conditions(work.actor, pack, work.now))
    check_count(count)
    check_reason(reason)
    check_place(work, pack, place)
    assert place.school_id is not None
    asked = QuotaRequest(
        organisation_id=pack.organisation_id,
        agreement_id=pack.agreement_id,
        pack_id=pack.id,
        school_id=place.school_id,
        term_id=place.term_id,
        state=QuotaRequestState.OPEN,
        asked_count=count,
        reason=reason.strip(),
        asked_by=_user_of(work),
        asked_at=work.now,
    )
    work.does("quota_request.asked")
    try:
        with work.session.begin_nested():
            work.session.add(asked)
    except IntegrityError as error:
        raise request_open() from error
    _tell_admins(work, asked)
    return asked


def give_asked(
    work: Work, request_id: UUID, count: int, term_id: UUID | None = None, answer: str = ""
) -> QuotaRequest:
    """Give the school so many of the exams that it asked for, or another number.

    Raises as `give` does, and Conflict when it was answered before.
    """
    check_count(count)
    asked = _take(work, request_id, QuotaRequestState.GIVEN, count, answer)
    give(work, asked.pack_id, Place(asked.school_id, term_id), count)
    _tell_asker(work, asked)
    return asked


def refuse(work: Work, request_id: UUID, answer: str) -> QuotaRequest:
    """Give nothing, and say why. Raises Forbidden, BadInput, Conflict when answered before."""
    require_may(work.actor, Permission.EDIT_PACKS)
    check_reason(answer)
    asked = _take(work, request_id, QuotaRequestState.REFUSED, None, answer)
    _tell_asker(work, asked)
    return asked


def _take(
    work: Work, request_id: UUID, state: QuotaRequestState, count: int | None, answer: str
) -> QuotaRequest:
    """Answer an open request, once."""
    require_may(work.actor, Permission.EDIT_PACKS)
    asked = get_request(work.session, request_id)
    free = (QuotaRequest.id == request_id, QuotaRequest.state == QuotaRequestState.OPEN)
    if guarded_update(work.session, QuotaRequest, *free, answered_at=work.now) != 1:
        raise Conflict(
            "A2",
            _("This request has been answered already."),
            reason="request_answered",
            way_out=_("Load the page again to see the answer."),
        )
    work.session.refresh(asked)
    work.does(f"quota_request.{state.value}")
    asked.state, asked.given_count, asked.answer = state, count, answer.strip() or None
    asked.answered_by = work.actor.user_id
    work.flush()
    return asked


def _user_of(work: Work) -> UUID:
    """Raises QuotaRefused: who asks is told the answer, so it must be somebody."""
    if work.actor.user_id is None:
        raise QuotaRefused(
            "A2",
            _("Only a person can ask for quota, because the answer goes to that person."),
            reason="nobody_asks",
            way_out=_("Say as whom you ask."),
        )
    return work.actor.user_id


def _tell_admins(work: Work, asked: QuotaRequest) -> None:
    with reading(_ASKING) as session:
        may = list_users_who_may(
            session, asked.organisation_id, Permission.EDIT_PACKS, asked.agreement_id
        )
    asker = work.session.get_one(User, asked.asked_by)
    for user in may:
        facts: dict[str, object] = {
            "asker": asker.name,
            "school": asked.school.name,
            "count": asked.asked_count,
            "term": asked.term.title if asked.term else "",
            "reason": asked.reason,
        }
        tell_user(work, "quota_asked", (asked.id, asked.pack), user, facts)


def _tell_asker(work: Work, asked: QuotaRequest) -> None:
    asker = work.session.get_one(User, asked.asked_by)
    if asker.disabled_at is None:
        facts: dict[str, object] = {
            "school": asked.school.name,
            "count": asked.asked_count,
            "given": asked.given_count or 0,
            "answer": asked.answer or "",
        }
        tell_user(work, "quota_answered", (asked.id, asked.pack), asker, facts)
