"""Last days that come: what is unused of an agreement, and of which steps admins know (F10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from vlms.agreements.models import Agreement
from vlms.agreements.rules.ladder import STAYS_DAYS
from vlms.codes.models import Code
from vlms.codes.queries import LAPSING
from vlms.codes.rules.lifecycle import State
from vlms.core.clock import local_day
from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.giving.models.reminders import EndWarning


@dataclass(frozen=True)
class Ending:
    """A last day of an agreement or of some of its codes, and what is unused until then."""

    agreement: Agreement
    last_day: date
    unassigned: int
    unused: int


def list_endings(session: Session, organisation_id: UUID, now: datetime) -> Sequence[Ending]:
    """Of running agreements: their own last day, and each other day on which codes lapse."""
    yesterday = now.date() - timedelta(days=1)
    running = select(Agreement).where(
        Agreement.organisation_id == organisation_id, Agreement.last_day >= yesterday
    )
    agreements = {each.id: each for each in session.scalars(running.order_by(Agreement.number))}
    counts = _unused(session, organisation_id, now)
    keys = set(counts) | {(each.id, each.last_day) for each in agreements.values()}
    return [
        Ending(agreements[agreement_id], last_day, *counts.get((agreement_id, last_day), (0, 0)))
        for agreement_id, last_day in sorted(keys, key=lambda key: (key[1], str(key[0])))
        if agreement_id in agreements
    ]


def _unused(
    session: Session, organisation_id: UUID, now: datetime
) -> dict[tuple[UUID, date], tuple[int, int]]:
    assigned = func.sum(case((Code.state == State.ASSIGNED, 1), else_=0))
    statement = (
        select(Code.agreement_id, Code.last_day, func.count(Code.id), assigned)
        .where(
            Code.organisation_id == organisation_id,
            Code.state.in_(LAPSING),
            Code.expires_at > now,
        )
        .group_by(Code.agreement_id, Code.last_day)
    )
    return {
        (agreement_id, last_day): (int(count - given), int(given))
        for agreement_id, last_day, count, given in session.execute(statement)
    }


def list_warned(session: Session, organisation_id: UUID) -> set[tuple[UUID, date, int | None]]:
    """The steps that were told of: agreement, last day, days before it."""
    statement = select(EndWarning).where(EndWarning.organisation_id == organisation_id)
    columns = (EndWarning.agreement_id, EndWarning.last_day, EndWarning.days)
    return {
        (agreement_id, last_day, days)
        for agreement_id, last_day, days in session.execute(statement.with_only_columns(*columns))
    }


@dataclass(frozen=True)
class Standing:
    """A warning that stays on the screen, and what is still unused."""

    warning: EndWarning
    ending: Ending
    days_left: int


def list_standing(session: Session, organisation_id: UUID, now: datetime) -> Sequence[Standing]:
    """The last steps that nobody has acknowledged while something is left to lose."""
    statement = (
        select(EndWarning)
        .where(
            EndWarning.organisation_id == organisation_id,
            EndWarning.days <= STAYS_DAYS,
            EndWarning.acknowledged_at.is_(None),
            EndWarning.last_day >= now.date() - timedelta(days=1),
        )
        .options(joinedload(EndWarning.agreement))
        .order_by(EndWarning.last_day, EndWarning.days)
    )
    warnings = session.scalars(statement).all()
    if not warnings:
        return ()
    endings = {
        (one.agreement.id, one.last_day): one for one in list_endings(session, organisation_id, now)
    }
    found: dict[tuple[UUID, date], Standing] = {}
    for warning in warnings:
        key = (warning.agreement_id, warning.last_day)
        ending = endings.get(key)
        left = (warning.last_day - local_day(now, warning.agreement.time_zone)).days
        if ending is not None and ending.unassigned + ending.unused and left >= 0:
            found.setdefault(key, Standing(warning, ending, left))
    return list(found.values())


def get_warning(session: Session, warning_id: UUID) -> EndWarning:
    """Raises NotFound, also for one that the scope does not see."""
    found = session.scalar(select(EndWarning).where(EndWarning.id == warning_id))
    if found is None:
        raise NotFound(None, _("There is no such warning here."))
    return found


def list_of_day(session: Session, agreement_id: UUID, last_day: date) -> Sequence[EndWarning]:
    """All steps of one last day that were told of."""
    own = (EndWarning.agreement_id == agreement_id, EndWarning.last_day == last_day)
    return session.scalars(select(EndWarning).where(*own).order_by(EndWarning.days.desc())).all()
