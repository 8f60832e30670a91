"""Finds holders' requests about codes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from vlms.codes.models import Code
from vlms.codes.request_models import CodeRequest, RequestState
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _

SORTS = {"opened": CodeRequest.opened_at}


def get_request(session: Session, request_id: UUID) -> CodeRequest:
    """Raises NotFound, also for one that the scope does not see."""
    found = session.scalar(select(CodeRequest).where(CodeRequest.id == request_id))
    if found is None:
        raise NotFound(None, _("There is no such request here."))
    return found


def search_requests(
    session: Session, state: RequestState | None, listing: Listing
) -> Page[CodeRequest]:
    """One page of the requests in a state, or of all."""
    statement = select(CodeRequest).options(
        joinedload(CodeRequest.person), joinedload(CodeRequest.code).joinedload(Code.product)
    )
    if state is not None:
        statement = statement.where(CodeRequest.state == state)
    return page_of(session, statement, SORTS, listing)


def list_requests(session: Session, state: RequestState | None = None) -> Sequence[CodeRequest]:
    """All requests in a state, or all, the oldest first."""
    statement = select(CodeRequest).order_by(CodeRequest.id)
    if state is not None:
        statement = statement.where(CodeRequest.state == state)
    return session.scalars(statement).all()


def list_own_requests(session: Session, code_id: UUID) -> Sequence[CodeRequest]:
    """What was asked about a code, the latest first."""
    statement = select(CodeRequest).where(CodeRequest.code_id == code_id)
    return session.scalars(statement.order_by(CodeRequest.id.desc())).all()


def count_open_requests(session: Session) -> int:
    """How many wait for an answer, as far as the scope sees them."""
    waiting = select(func.count(CodeRequest.id)).where(CodeRequest.state == RequestState.OPEN)
    return int(session.scalar(waiting) or 0)
