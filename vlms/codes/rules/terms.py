"""What a person accepts with a code (C2 to C4), on pages and sheets."""

from __future__ import annotations

from vlms.codes.rules.lifecycle import Kind
from vlms.core.text import Text, _

_ALL = (
    _("The code is yours alone. It is not passed on, reassigned or refunded (C2)."),
    _("It lapses after its last day, and nobody here can extend it (C5)."),
)
_EXAM = (
    _("It registers one exam, once at a time; an appointment can be moved (C3)."),
    _("Cancelled at least 24 hours before the appointment, it stays yours (C3)."),
    _("Cancelled later, or if you do not come, it is forfeited (C3)."),
)
_LIBRARY = (
    _("It opens one library once, for you, until the last day (C4)."),
    _("Printing, copying and sharing the books is forbidden (C4)."),
)


def terms_of(kind: Kind) -> tuple[Text, ...]:
    """The sentences that the holder accepts before the code is shown, each with its rule."""
    return (*_ALL, *(_LIBRARY if kind is Kind.LIBRARY else _EXAM))
