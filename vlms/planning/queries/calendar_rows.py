"""What else has a clock: packs, exams of products one has codes of, sittings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from vlms.academy.models.packs import Pack
from vlms.academy.models.sittings import Sitting, SittingState
from vlms.academy.queries import sittings
from vlms.catalog.models import Exam, ExamFamily
from vlms.planning.looking import Look


def list_running_packs(look: Look, most: int) -> Sequence[Pack]:
    statement = select(Pack).where(Pack.expires_at > look.now).options(joinedload(Pack.product))
    return look.session.scalars(statement.order_by(Pack.expires_at, Pack.id).limit(most)).all()


def list_retiring(look: Look, today: date, most: int) -> Sequence[Exam]:
    """Exams whose own or whose family's day of retirement is still to come."""
    statement = (
        select(Exam)
        .join(ExamFamily, ExamFamily.key == Exam.family_key)
        .where(or_(Exam.retires_on >= today, ExamFamily.retires_on >= today))
        .order_by(Exam.number)
        .limit(most)
    )
    return look.session.scalars(statement).all()


def list_coming_sittings(look: Look, most: int) -> Sequence[Sitting]:
    """Scheduled ones that the visitor may see, the next one first."""
    seen = sittings.whole_sittings(sittings.Look(look.session, look.actor, look.now))
    coming = seen.where(Sitting.state == SittingState.SCHEDULED, Sitting.starts_at > look.now)
    return look.session.scalars(coming.order_by(Sitting.starts_at, Sitting.id).limit(most)).all()
