"""The words of what codes led to, for pages, files and the command line."""

from __future__ import annotations

from vlms.core.text import Text, _
from vlms.planning.rules.yields import End, Team

END_WORDS: dict[End, Text] = {
    End.PASSED: _("Passed"),
    End.FAILED: _("Failed"),
    End.UNKNOWN: _("Used, result not known"),
    End.MISSED: _("Nobody came, or cancelled too late"),
    End.LAPSED: _("Lapsed unused"),
}
NOTES = (
    _(
        "Counted are exam vouchers that were used, forfeited or lapsed in these days. Of the "
        "result of an exam, its provider's word counts; without one, what the holder says."
    ),
    _(
        "Led nowhere: not passed, forfeited, or lapsed unused (C5). A passed exam that completes "
        "no certification yet is counted as passed, and leads to one later."
    ),
    _(
        "Cost per certification: what all these codes bear of their order lines (P3), by the "
        "certifications that they completed; before tax, each currency by itself."
    ),
    _("Teams are the departments in which people are today."),
)
_NO_TEAM = _("Without a department")
_NOBODY = _("Not given to anybody")


def team_name(team: Team) -> Text | str:
    if not team.is_given:
        return _NOBODY
    return team.name or _NO_TEAM
