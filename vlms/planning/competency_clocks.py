"""The days on which exams cease to count for competencies, as entries of a calendar (K3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from vlms.catalog.models import Exam
from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.term import add_months
from vlms.core.text import Text, _
from vlms.exports.calendar import Entry
from vlms.partners.competencies import asked_on
from vlms.partners.terms import exam_counts_until, longest_after_retirement
from vlms.planning.calendar_kinds import Kind
from vlms.planning.looking import Look
from vlms.planning.queries.calendar_rows import list_retiring
from vlms.web.locales import name_of, show_zone

_MOST = 500


def competency_entries(look: Look, address: Callable[..., str]) -> Iterator[Entry]:
    """Of exams that competencies ask for: retired, and until when those who passed still count.

    Who sees the catalogue has the day of retirement from there already.
    """
    today = local_day(look.now, look.zone)
    asked = asked_names(today)
    page, note = address("competencies.index"), show_zone(look.zone)
    for exam in list_retiring(look, add_months(today, -longest_after_retirement()), _MOST):
        if exam.number.upper() not in asked or exam.last_day is None:
            continue
        for word, title, day in _days(look, exam, exam.last_day):
            if day >= today:
                key, kind = f"exam-{exam.number}-{word}", Kind.EXAM.value
                yield Entry(key, str(title), day, note=note, address=page, kind=kind)


def asked_names(day: date) -> frozenset[str]:
    """Every exam and certification that a competency of the day asks for."""
    return frozenset(
        name
        for version in asked_on(day)
        for path in version.terms.paths
        for goal in path.path.skills
        for name in goal.needs.names()
    )


def _days(look: Look, exam: Exam, retires_on: date) -> Iterator[tuple[str, Text, date]]:
    named = f"{exam.number} {name_of(exam)}"
    if not look.may(Permission.VIEW_CATALOG):
        yield "retires", _("Exam retires: %(exam)s", exam=named), retires_on
    until = exam_counts_until(retires_on)
    if until is not None:
        yield "counts", _("Last day that it counts for competencies: %(exam)s", exam=named), until
