"""Which codes and requests stay bound to people who leave (C2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.bound import Bound, Found
from vlms.codes.exports import number_of
from vlms.codes.models import Code, CodeBatch, Registration
from vlms.codes.request_models import CodeRequest, RequestState
from vlms.codes.rules.lifecycle import State
from vlms.codes.rules.shown_state import Shown, shown_state, word
from vlms.core.money import Money, minor_digits, round_half_up
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.orders.models import OrderLine

# Days in which an outcome may still come; longer than C3's usual 30.
RECORDED_WITHIN = 60


def find_bound_codes(session: Session, person_ids: Collection[UUID], now: datetime) -> Found:
    """Their codes with state and price; those that became void are nobody's."""
    found: dict[UUID, list[Bound]] = defaultdict(list)
    statement = (
        select(Code)
        .where(Code.person_id.in_(sorted(person_ids)), Code.state != State.VOID)
        .options(
            joinedload(Code.product),
            joinedload(Code.batch).joinedload(CodeBatch.line).joinedload(OrderLine.order),
        )
        .order_by(Code.expires_at, Code.id)
    )
    codes = session.scalars(statement).all()
    starts = _exam_starts(session, codes)
    for code in codes:
        if code.person_id is not None:
            found[code.person_id].append(_bound(code, now, starts.get(code.id)))
    return found


def _exam_starts(session: Session, codes: Sequence[Code]) -> Mapping[UUID, datetime]:
    """When the exams start for which codes are registered; these judge them (C6)."""
    keys = sorted(code.id for code in codes if code.state is State.REGISTERED)
    statement = select(Registration.code_id, Registration.starts_at).where(
        Registration.code_id.in_(keys), Registration.is_open
    )
    return {code_id: starts_at for code_id, starts_at in session.execute(statement)}


def _bound(code: Code, now: datetime, exam_starts_at: datetime | None) -> Bound:
    label: Text = _(
        "%(number)s, last day %(day)s", number=number_of(code), day=code.last_day.isoformat()
    )
    shown = shown_state(code.state, code.expires_at, now, exam_starts_at)
    values = {"code_id": str(code.id)}
    needs = Permission.VIEW_CODES
    return Bound(
        _("Code"),
        label,
        word(shown),
        _price(code.batch.line),
        "codes.show",
        values,
        needs,
        ends_first=shown is Shown.RESERVED or _awaits_outcome(shown, now, exam_starts_at),
        lapses=shown is Shown.ASSIGNED,
    )


def _awaits_outcome(shown: Shown, now: datetime, exam_starts_at: datetime | None) -> bool:
    """Whether its exam is still to come, or what happened may still be recorded (C3)."""
    begins = exam_starts_at or now
    return shown is Shown.REGISTERED and now < begins + timedelta(days=RECORDED_WITHIN)


def _price(line: OrderLine) -> Money | None:
    """What one of the line's codes cost, before tax."""
    if line.unit_price is None:
        return None
    currency = line.order.currency
    return Money.of(round_half_up(Fraction(line.unit_price), minor_digits(currency)), currency)


def find_bound_requests(session: Session, person_ids: Collection[UUID], _now: datetime) -> Found:
    """What they have asked about their codes, and nobody has ended yet."""
    found: dict[UUID, list[Bound]] = defaultdict(list)
    statement = select(CodeRequest).where(
        CodeRequest.person_id.in_(sorted(person_ids)), CodeRequest.state == RequestState.OPEN
    )
    for request in session.scalars(statement):
        if request.person_id is not None:
            asked = Bound(_("Request"), _("About a code"), _("Open"), ends_first=True)
            found[request.person_id].append(asked)
    return found
