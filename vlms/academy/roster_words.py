"""The words for rosters: what is in them, what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping

from vlms.academy.rules.roster_words import Kind, TermKind
from vlms.academy.service.roster_plan import Effect
from vlms.accounts.rules.place_role import PlaceRole
from vlms.core.text import Text, _

KIND_WORDS: dict[Kind, Text] = {
    Kind.ORGS: _("Schools and units"),
    Kind.SESSIONS: _("Academic terms"),
    Kind.COURSES: _("Courses"),
    Kind.CLASSES: _("Classes"),
    Kind.USERS: _("People"),
    Kind.ENROLLMENTS: _("Enrolments"),
}
EFFECT_WORDS: dict[Effect, Text] = {
    Effect.NEW: _("New"),
    Effect.CHANGED: _("Changed"),
    Effect.ENDED: _("Ended"),
    Effect.UNCHANGED: _("Same as before"),
    Effect.LEFT_OUT: _("Not needed here"),
}
TERM_WORDS: dict[TermKind, Text] = {
    TermKind.SCHOOL_YEAR: _("School year"),
    TermKind.SEMESTER: _("Semester"),
    TermKind.TERM: _("Term"),
    TermKind.GRADING_PERIOD: _("Grading period"),
}
PLACE_WORDS: dict[PlaceRole, Text] = {
    PlaceRole.STUDENT: _("Students"),
    PlaceRole.FACULTY: _("Faculty"),
    PlaceRole.STAFF: _("Staff"),
}
_CHANGES: tuple[tuple[Effect, Text], ...] = (
    (Effect.NEW, _("%(count)s new")),
    (Effect.CHANGED, _("%(count)s changed")),
    (Effect.ENDED, _("%(count)s ended")),
)


def changes_told(counts: Mapping[str, int]) -> Text | None:
    """What an import changed of one kind, as one line; None when nothing."""
    told = tuple(
        Text(word.singular, values={"count": counts[effect]})
        for effect, word in _CHANGES
        if counts.get(effect)
    )
    return _("%(changes)s", changes=told) if told else None
