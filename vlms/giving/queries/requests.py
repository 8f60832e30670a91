"""Finds voucher requests, their limits, and what may be asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Person, User
from vlms.catalog.models import Product
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.lifecycle import PERSONAL
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.term import end_of_day, start_of_day
from vlms.core.text import _
from vlms.giving.models.requests import AskState, LimitKind, VoucherLimit, VoucherRequest
from vlms.giving.rules.request_limits import Limit

SORTS = {"asked": VoucherRequest.asked_at, "wanted": VoucherRequest.wanted_on}
COUNTED = (AskState.ASKED, AskState.WAITING, AskState.APPROVED)


def get_request(session: Session, request_id: UUID) -> VoucherRequest:
    """Raises NotFound, also for one that the scope does not see."""
    found = session.scalar(select(VoucherRequest).where(VoucherRequest.id == request_id))
    if found is None:
        raise NotFound(None, _("There is no such voucher request here."))
    return found


def requests_in(state: AskState | None) -> Select[VoucherRequest]:
    """Requests in a state, or all, with what a list says of them."""
    statement = select(VoucherRequest).options(
        joinedload(VoucherRequest.person), joinedload(VoucherRequest.product)
    )
    return statement if state is None else statement.where(VoucherRequest.state == state)


def search_requests(
    session: Session, state: AskState | None, listing: Listing
) -> Page[VoucherRequest]:
    """A page of the requests that the scope sees."""
    return page_of(session, requests_in(state), SORTS, listing)


def list_requests(
    session: Session, state: AskState | None = None, organisation_id: UUID | None = None
) -> Sequence[VoucherRequest]:
    """All of them, the oldest first."""
    statement = requests_in(state)
    if organisation_id is not None:
        statement = statement.where(VoucherRequest.organisation_id == organisation_id)
    return session.scalars(statement.order_by(VoucherRequest.asked_at, VoucherRequest.id)).all()


def list_answerers(session: Session, requests: Sequence[VoucherRequest]) -> dict[UUID, User]:
    """Who answered some requests and can still sign in, by request."""
    by_user = {one.answered_by for one in requests if one.answered_by is not None}
    present = select(User).where(User.id.in_(by_user), User.disabled_at.is_(None))
    users = {user.id: user for user in session.scalars(present)}
    return {one.id: users[one.answered_by] for one in requests if one.answered_by in users}


def list_open_requests_of(
    session: Session, person_ids: Collection[UUID]
) -> Sequence[VoucherRequest]:
    """What these people wait for, first asked first, with its product."""
    statement = (
        select(VoucherRequest)
        .where(
            VoucherRequest.person_id.in_(sorted(person_ids)),
            VoucherRequest.state.in_((AskState.ASKED, AskState.WAITING)),
        )
        .options(joinedload(VoucherRequest.product))
        .order_by(VoucherRequest.asked_at, VoucherRequest.id)
    )
    return session.scalars(statement).all()


def count_asked(session: Session) -> int:
    """How many wait for an answer, as far as the scope sees them."""
    asked = select(func.count(VoucherRequest.id)).where(VoucherRequest.state == AskState.ASKED)
    return int(session.scalar(asked) or 0)


def line_for(organisation_id: UUID, product_id: UUID) -> Select[VoucherRequest]:
    """The waiting list of a product, first come first served."""
    return (
        select(VoucherRequest)
        .where(
            VoucherRequest.organisation_id == organisation_id,
            VoucherRequest.product_id == product_id,
            VoucherRequest.state == AskState.WAITING,
        )
        .order_by(VoucherRequest.waiting_since, VoucherRequest.id)
    )


def place_in_line(session: Session, request: VoucherRequest) -> int:
    """How many are before it in the line, and itself, as far as the scope sees them."""
    line = line_for(request.organisation_id, request.product_id)
    ids = list(session.scalars(line.with_only_columns(VoucherRequest.id)))
    return ids.index(request.id) + 1 if request.id in ids else len(ids)


def lines_waiting(session: Session) -> Sequence[tuple[UUID, UUID]]:
    """Organisation and product of every waiting list."""
    columns = (VoucherRequest.organisation_id, VoucherRequest.product_id)
    statement = select(*columns).where(VoucherRequest.state == AskState.WAITING).distinct()
    return [(organisation, product) for organisation, product in session.execute(statement)]


def list_askable(session: Session, organisation_ids: Collection[UUID]) -> Sequence[Product]:
    """The products of which these organisations have had codes, by key."""
    had = select(CodeBatch.product_id).where(CodeBatch.organisation_id.in_(organisation_ids))
    return session.scalars(select(Product).where(Product.id.in_(had)).order_by(Product.key)).all()


def list_limits(session: Session, organisation_id: UUID) -> Sequence[VoucherLimit]:
    """All of an organisation's, by kind, department and year."""
    order = (VoucherLimit.kind, VoucherLimit.department, VoucherLimit.from_year)
    statement = select(VoucherLimit).where(VoucherLimit.organisation_id == organisation_id)
    return session.scalars(statement.order_by(*order)).all()


def limits_of(session: Session, organisation_id: UUID, kind: LimitKind) -> Sequence[Limit]:
    """Those of a kind, as the rules want them."""
    return [
        Limit(one.department, one.from_year, one.most)
        for one in list_limits(session, organisation_id)
        if one.kind is kind
    ]


def count_of_year(
    session: Session, request: VoucherRequest, kind: LimitKind, year: int, zone: str
) -> int:
    """The requests of a year, this one included, that count together with it."""
    begins = start_of_day(date(year, 1, 1), zone)
    ends = end_of_day(date(year, 12, 31), zone)
    statement = select(func.count(VoucherRequest.id)).where(
        VoucherRequest.organisation_id == request.organisation_id,
        VoucherRequest.state.in_(COUNTED),
        VoucherRequest.asked_at >= begins,
        VoucherRequest.asked_at < ends,
    )
    if kind is LimitKind.PERSON:
        statement = statement.where(VoucherRequest.person_id == request.person_id)
    else:
        statement = statement.where(VoucherRequest.department == request.department)
    return int(session.scalar(statement) or 0)


def list_present(session: Session, person_ids: Collection[UUID]) -> Sequence[Person]:
    """These persons, but for those who have left, by name."""
    statement = select(Person).where(Person.id.in_(person_ids), Person.left_at.is_(None))
    return session.scalars(statement.order_by(Person.search_name, Person.id)).all()


def list_team_codes(session: Session) -> Sequence[Code]:
    """The codes of a manager's people, by person and end; reserved ones are nobody's yet."""
    statement = (
        select(Code)
        .where(Code.state.in_(sorted(PERSONAL)))
        .options(joinedload(Code.product))
        .order_by(Code.person_id, Code.expires_at, Code.id)
    )
    return session.scalars(statement).all()
