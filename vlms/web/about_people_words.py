"""The words of the pages on which many people are served, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

NO_PEOPLE_PAGES: frozenset[str] = frozenset({"bounces.take"})

PEOPLE: dict[str, Text] = {
    "letters.index": _("Your own wording of the mails that go to holders and contacts."),
    "letters.new": _("Begin a letter of your own; until it is worded it says the standard text."),
    "letters.show": _("A letter as it leaves in each language, and every wording it ever had."),
    "letters.edit": _(
        "Word a letter in one language. Words in braces are filled in for each mail."
    ),
    "letters.standard": _("Lets a letter say the standard text again, in one language."),
    "my_notices.index": _("All that was written to you, mailed or not."),
    "my_notices.show": _("One notice as it was written to you."),
    "my_notices.choices": _("Which notices you want as mail, at once or once a week."),
    "declining.off": _("Declines one kind of mail for one address, without signing in."),
}
