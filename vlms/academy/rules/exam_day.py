"""Which exam may be delivered from a pack, and until when (A2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vlms.academy.errors import SittingRefused
from vlms.core.text import Text, _


@dataclass(frozen=True)
class ExamOffer:
    """An exam with its family, and the last day on which it is delivered."""

    number: str
    family_key: str
    last_day: date | None


def check_exam(
    exam: ExamOffer, family_keys: Sequence[str], family_names: Sequence[object], day: date
) -> None:
    """Raises SittingRefused for an exam of another family, or one retired on that day."""
    if exam.family_key not in family_keys:
        raise _refused(
            "A2",
            "exam_number",
            "exam_of_other_family",
            _(
                "This pack is good for exams of %(families)s only; %(exam)s is none of them.",
                families=tuple(family_names),
                exam=exam.number,
            ),
            _("Choose an exam of the pack, or a quota of another pack."),
        )
    if exam.last_day is not None and day > exam.last_day:
        raise _refused(
            "A2",
            "exam_number",
            "exam_retired",
            _(
                "Exam %(exam)s was retired: %(day)s was its last day.",
                exam=exam.number,
                day=exam.last_day,
            ),
            _("The pack still counts; choose another exam of its families."),
        )


def check_ahead(starts_at: datetime, now: datetime) -> None:
    """Raises SittingRefused for a sitting in the past."""
    if starts_at <= now:
        raise _refused(
            "A2",
            "starts_at",
            "sitting_in_past",
            _("A sitting is scheduled before it begins."),
            _("Choose a later time."),
        )


def _refused(rule: str, field: str, reason: str, sentence: Text, way_out: Text) -> SittingRefused:
    return SittingRefused(rule, sentence, reason=reason, field=field, way_out=way_out)
