"""Words for what the check says of rows, and for what became of them."""

from __future__ import annotations

from vlms.core.text import Text, _
from vlms.giving.rules.handouts import Act, Outcome, Source, Standing

STANDING_WORDS: dict[Standing, Text] = {
    Standing.GOOD: _("Gets a code"),
    Standing.NEW: _("New person, gets a code"),
    Standing.WRONG: _("Cannot be read"),
    Standing.UNKNOWN: _("Not in the directory"),
    Standing.LEFT: _("Has left"),
    Standing.DOUBLE: _("Double in the list"),
    Standing.HOLDS: _("Holds one already"),
}
OUTCOME_WORDS: dict[Outcome | None, Text] = {
    Outcome.GIVEN: _("Got a code"),
    Outcome.SKIPPED: _("Skipped"),
    Outcome.FAILED: _("Failed"),
    Outcome.UNDONE: _("Taken back"),
    None: _("Not done yet"),
}
# How far the mail with a code's link came.
MAIL_WORDS: dict[str, Text] = {
    "waiting": _("Waiting"),
    "sent": _("Sent"),
    "not_sent": _("Not sent"),
    "came_back": _("Came back"),
}
ACT_WORDS: dict[Act, Text] = {Act.RESERVE: _("Reserve"), Act.ASSIGN: _("Assign")}
SOURCE_WORDS: dict[Source, Text] = {
    Source.PASTED: _("Pasted"),
    Source.FILE: _("File"),
    Source.PEOPLE: _("Directory"),
}
