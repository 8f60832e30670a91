"""Whose renewal window is open, and who is still to be told of it (R2, R5)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from vlms.accounts.models import Person
from vlms.certifications.models import HeldCertification
from vlms.certifications.rules.renewal import RenewalTerms
from vlms.core.term import add_months

# The last day of a certification and its id: an order in which nothing stands twice.
Place = tuple[date, UUID]
# A month's end is up to three days later than the window's first day, counted forward.
_CLAMPED = timedelta(days=3)


def list_untold(
    session: Session, on: tuple[date, RenewalTerms], after: Place | None, most: int
) -> list[tuple[HeldCertification, date]]:
    """What may be in its window on a day and was not told of, with its last day; what ends
    first comes first. Who has left is not told."""
    today, terms = on
    held = HeldCertification
    wanted = (
        select(held)
        .join(held.person)
        .where(
            *_is_untold(today),
            held.expires_on <= add_months(today, terms.window_months) + _CLAMPED,
        )
        .options(contains_eager(held.person))
    )
    if after is not None:
        wanted = wanted.where(tuple_(held.expires_on, held.id) > tuple_(*after))
    rows = session.scalars(wanted.order_by(held.expires_on, held.id).limit(most))
    return [(one, one.expires_on) for one in rows if one.expires_on is not None]


def count_untold(
    session: Session, organisation_id: UUID, today: date, most: int
) -> list[tuple[str, date, int]]:
    """How many of each certification end on each day whose holders can be mailed and were not
    told of that window yet, open or not; what ends first comes first."""
    held = HeldCertification
    parts = (held.certification_key, held.expires_on)
    own = held.organisation_id == organisation_id
    wanted = (
        select(*parts, func.count(held.id))
        .join(held.person)
        .where(*_is_untold(today), own, Person.email.is_not(None))
        .group_by(*parts)
        .order_by(held.expires_on, held.certification_key)
        .limit(most)
    )
    rows = session.execute(wanted)
    return [(key, day, int(count)) for key, day, count in rows if day is not None]


def _is_untold(today: date) -> tuple[ColumnElement[bool], ...]:
    """Of certifications joined with their person."""
    held = HeldCertification
    return (
        held.expires_on >= today,
        or_(held.told_for.is_(None), held.told_for != held.expires_on),
        Person.left_at.is_(None),
    )
