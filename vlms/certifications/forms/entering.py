"""The form by which an admin enters what somebody has passed or earned."""

from __future__ import annotations

from collections.abc import Iterable

from vlms.core.reading import read_day, read_text
from vlms.core.text import _
from vlms.web.forms import ChoiceField, DayField, Form, TextField


class EnterForm(Form):
    """Who, what and when; `what` is "exam:" or "certification:" and a key."""

    who = TextField(_("Person"), read_text(254), _("Number or e-mail address."))
    what = ChoiceField(_("Exam or certification"))
    day = DayField(
        _("Day"), read_day, _("The day of the score report, or the day it was earned; in UTC.")
    )

    def offer_all(self, exams: Iterable[tuple[str, str]], held: Iterable[tuple[str, str]]) -> None:
        """Pairs of key and word."""
        offered = [(f"exam:{key}", word) for key, word in exams]
        offered += [(f"certification:{key}", word) for key, word in held]
        self.what.offer(offered)
