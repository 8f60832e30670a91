"""A3: who can be certified to have completed a course, and on which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from vlms.academy.errors import AcademyRefused
from vlms.academy.rules.eligibility import Candidate
from vlms.core.text import _

_NAMED_MOST = 5


def refuse_completion_day(day: date, today: date, ended_on: date | None) -> None:
    """Raises AcademyRefused: the day is still to come, or after the course's end."""
    if day > today:
        raise AcademyRefused(
            "A3",
            _("%(day)s is still to come; today is %(today)s at the school.", day=day, today=today),
            reason="completion_to_come",
            field="completed_on",
            way_out=_("Enter the day on which the course was completed."),
        )
    if ended_on is not None and day > ended_on:
        raise AcademyRefused(
            "A3",
            _("The course ended on %(day)s.", day=ended_on),
            reason="course_ended",
            field="completed_on",
            way_out=_("Enter a day until then, or choose another course."),
        )


def refuse_strangers(people: Sequence[Candidate], school_id: UUID, school: str, day: date) -> None:
    """Raises AcademyRefused, naming some, for people without a place at the school that day."""
    strangers = [person.name for person in people if not _is_at(person, school_id, day)]
    if not strangers:
        return
    named = ", ".join(strangers[:_NAMED_MOST])
    raise AcademyRefused(
        "A3",
        _(
            "%(count)s of these people had no place at %(school)s on %(day)s: %(names)s.",
            count=len(strangers),
            school=school,
            day=day,
            names=named if len(strangers) <= _NAMED_MOST else f"{named}, …",
        ),
        reason="not_of_the_school",
        field="people",
        way_out=_("Correct their places in the roster, or leave them out."),
    )


def _is_at(person: Candidate, school_id: UUID, day: date) -> bool:
    has_left = person.left_on is not None and person.left_on <= day
    return not has_left and any(
        place.school_id == school_id and place.covers(day) for place in person.places
    )
