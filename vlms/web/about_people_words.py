"""The words of the pages on which many people are served, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

NO_PEOPLE_PAGES: frozenset[str] = frozenset({"bounces.take"})

PEOPLE: dict[str, Text] = {
    "my_notices.index": _("All that was written to you, mailed or not."),
    "my_notices.show": _("One notice as it was written to you."),
    "my_notices.choices": _("Which notices you want as mail, at once or once a week."),
    "declining.off": _("Declines one kind of mail for one address, without signing in."),
}
