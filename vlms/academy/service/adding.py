"""Adds candidates to a sitting that is planned (A2): each gets a seat, or nobody does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from vlms.academy.errors import SeatRefused, SittingRefused, SomeRefused
from vlms.academy.models.sittings import Sitting
from vlms.academy.queries.packs import rule_of
from vlms.academy.rules.exam_day import check_ahead
from vlms.academy.service.drawing import check_free, reserve
from vlms.academy.service.examining import check_delivery, list_named, refused_of
from vlms.academy.service.scheduling import add_seats, check_open
from vlms.academy.service.seats import delivery_of, get_held
from vlms.accounts.models import Person
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work


def add_candidates(work: Work, sitting_id: UUID, person_ids: Collection[UUID]) -> Sitting:
    """Give these people seats in a sitting that has not begun; all of them, or none.

    All that scheduling asks is asked again: exam, pack and gate on the sitting's day, for each
    the roster, the waits and one seat an exam, and what is free in the quota. Raises SomeRefused
    with all who may not sit, SittingRefused, GateShut, DrawRefused, Conflict, Forbidden,
    NotFound, SeatRefused when somebody else has just changed the sitting.
    """
    work.actor.require(Permission.SCHEDULE_EXAMS)
    sitting = get_held(work, sitting_id)
    check_open(sitting)
    check_ahead(sitting.starts_at, work.now)
    persons = list_named(work, person_ids)
    _check_people(work, sitting, persons)
    check_free(work, sitting.quota, len(persons), sitting.starts_at)
    work.does("sitting.candidates_added")
    seats = add_seats(work, sitting, persons)
    reserve(work, sitting.quota_id, [seat.id for seat in seats], sitting.starts_at)
    work.session.expire(sitting)
    return sitting


def _check_people(work: Work, sitting: Sitting, persons: Sequence[Person]) -> None:
    if not persons:
        raise SittingRefused(
            "A2",
            _("Nobody is chosen."),
            reason="nobody",
            field="people",
            way_out=_("Tick people of the school, or name them."),
        )
    delivery = delivery_of(sitting)
    check_delivery(work, delivery)
    refused = [*_proctoring(sitting, persons), *refused_of(work, delivery, persons)]
    if refused:
        raise SomeRefused(rule_of(sitting.pack), refused)


def _proctoring(
    sitting: Sitting, persons: Sequence[Person]
) -> Iterator[tuple[UUID, str, DomainError]]:
    for person in persons:
        if person.id in (sitting.proctor_id, sitting.substitute_id):
            refusal = SeatRefused(
                "A2",
                _("They proctor this sitting, so they do not sit its exam."),
                reason="proctor_unfit",
                way_out=_("Choose another proctor first."),
            )
            yield person.id, person.name, refusal
