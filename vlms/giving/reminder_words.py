"""The words of reminders, and how days of a plan are typed."""

from __future__ import annotations

from collections.abc import Sequence

from vlms.core.errors import BadInput
from vlms.core.reading import shown
from vlms.core.text import Text, _

ACTION_WORDS: dict[str, Text] = {
    "reminder_plan.changed": _("Plan of reminders changed"),
    "end_warning.told": _("Admins warned of a last day"),
    "end_warning.acknowledged": _("Warning of a last day seen"),
}
COLUMN_WORDS: dict[str, Text] = {
    "after_days": _("Days after assigning"),
    "before_days": _("Days before the last day"),
    "ladder": _("Days on which admins are warned"),
    "weekly_cap": _("Reminders a person gets in a week at most"),
    "is_on": _("Reminders are sent by this plan"),
    "has_digest": _("Admins get a monthly list"),
    "days": _("Days"),
    "end_warning.acknowledged_at": _("Seen"),
}
_MOST, _LONGEST = 12, 999
# As they are typed in Chinese.
_COMMAS = str.maketrans({"\N{FULLWIDTH COMMA}": ",", "\N{IDEOGRAPHIC COMMA}": ","})


def read_days(typed: str, label: Text) -> tuple[int, ...]:
    """Whole days with commas between them, each once; none is allowed. Raises BadInput."""
    words = [word.strip() for word in typed.translate(_COMMAS).split(",")]
    words = [word for word in words if word]
    is_good = len(words) <= _MOST and all(
        word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= _LONGEST for word in words
    )
    if not is_good:
        raise BadInput(
            None,
            _("%(label)s: “%(typed)s” is no list of days.", label=label, typed=shown(typed)),
            way_out=_(
                "Enter at most %(most)s whole numbers from 1 to %(longest)s, "
                "with commas, as 3, 10, 25.",
                most=_MOST,
                longest=_LONGEST,
            ),
        )
    return tuple(sorted({int(word) for word in words}))


def typed_days(days: Sequence[int]) -> str:
    """The same as it is typed."""
    return ", ".join(str(each) for each in days)
