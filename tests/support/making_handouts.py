"""Makes organisations with people and codes to give, and handouts of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.attempts import in_work
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.rules.handouts import Outcome, Standing
from vlms.giving.service.handout_confirming import confirm
from vlms.giving.service.handout_giving import give_next, take_back_next
from vlms.giving.service.handout_making import Wishes, make_handout, people_pasted
from vlms.jobs.pieces import take_all_pieces
from vlms.notices.models import OutboxMessage

_SCOPE = System("test")


@dataclass(frozen=True)
class Giver:
    """An organisation that gives, its product and its people by name."""

    organisation_id: UUID
    product_id: UUID
    people: dict[str, UUID]


def make_giver(
    now: datetime, names: Sequence[str], code_count: int, *, delay_minutes: int = 30
) -> Giver:
    """People named so at contoso.example, and so many codes until the end of 2026."""
    with making(now) as work:
        contoso = make_organisation(work, "contoso", assign_delay_minutes=delay_minutes)
        people = {
            name: make_person(work, contoso, name.title(), f"{name}@contoso.example").id
            for name in names
        }
        line = make_line(work, make_agreement(work, contoso), make_product(work), code_count)
        make_codes(work, line, code_count)
        return Giver(contoso.id, line.product_id, people)


def make_more_codes(now: datetime, giver: Giver, count: int, days: int) -> None:
    """Codes of the same product that end so many days from now."""
    with making(now) as work:
        code = work.session.scalars(select(Code).limit(1)).one()
        make_codes(work, code.batch.line, count, expires_at=now + timedelta(days=days))


def paste(now: datetime, giver: Giver, text: str, wishes: Wishes | None = None) -> UUID:
    """A draft of what was pasted."""
    with making(now) as work:
        people = people_pasted(text)
        products = [giver.product_id]
        made = make_handout(work, giver.organisation_id, people, products, wishes or Wishes())
        return made.id


def confirm_it(now: datetime, handout_id: UUID) -> None:
    with making(now) as work:
        confirm(work, work.session.get_one(Handout, handout_id))


def give_all(now: datetime, handout_id: UUID) -> None:
    """Confirm, and give in pieces."""
    confirm_it(now, handout_id)
    go_on(now, handout_id)


def go_on(now: datetime, handout_id: UUID) -> None:
    take_all_pieces(partial(making, now), lambda work: give_next(work, handout_id))


def take_back_all(now: datetime, handout_id: UUID) -> None:
    take_all_pieces(partial(making, now), lambda work: take_back_next(work, handout_id))


def give_piece(now: datetime, handout_id: UUID) -> int:
    """One piece; of how many rows the turn is over then."""
    return in_work(partial(making, now), lambda work: give_next(work, handout_id)).done


def standings(handout_id: UUID) -> list[Standing]:
    return [row.standing for row in rows_of(handout_id)]


def outcomes(handout_id: UUID) -> list[Outcome | None]:
    return [row.outcome for row in rows_of(handout_id)]


def rows_of(handout_id: UUID) -> Sequence[HandoutRow]:
    own = select(HandoutRow).where(HandoutRow.handout_id == handout_id)
    with reading(_SCOPE) as session:
        return session.scalars(own.order_by(HandoutRow.position)).all()


def count_in(state: State) -> int:
    with reading(_SCOPE) as session:
        counted = select(func.count(Code.id)).where(Code.state == state)
        return int(session.scalar(counted) or 0)


def mail_count() -> int:
    with reading(_SCOPE) as session:
        counted = select(func.count(OutboxMessage.id))
        return int(session.scalar(counted.where(OutboxMessage.template == "code_assigned")) or 0)


def holder_counts() -> list[int]:
    """How many codes each holder has: all ones where nobody got two."""
    with reading(_SCOPE) as session:
        held = select(Code).where(Code.person_id.is_not(None))
        grouped = held.with_only_columns(func.count(Code.id)).group_by(Code.person_id)
        return [int(count) for count in session.scalars(grouped)]
