"""The words of competencies: levels, states, acts and columns of the journal."""

from __future__ import annotations

from typing import Any

from vlms.core.text import Text, _, bracketed, ngettext
from vlms.partners.rules.allocation import HeadRoom
from vlms.partners.rules.attainment import CompetencyState, Level
from vlms.partners.rules.requirement import Needs

LEVEL_WORDS: dict[int | None, Text] = {
    None: _("Not attained"),
    Level.SILVER: _("Silver"),
    Level.GOLD: _("Gold"),
}
STATE_WORDS: dict[CompetencyState, Text] = {
    CompetencyState.INITIATED: _("Initiated"),
    CompetencyState.QUALIFIED: _("Qualified"),
    CompetencyState.ACTIVE: _("Active"),
    CompetencyState.AT_RISK: _("At risk"),
    CompetencyState.GRACE: _("Grace"),
    CompetencyState.LOST: _("Lost"),
}
# K4, word for word.
ALERT = _("Recent changes to your competency attainment put your membership renewal at risk.")
ACTION_WORDS = {
    "competency_figures.imported": _("Figures of competencies imported"),
    "competency.noted": _("State of a competency noted"),
}
COLUMN_WORDS = {
    "competency_figure.competency": _("Competency"),
    "competency_figure.path": _("Path"),
    "competency_figure.metric": _("Metric"),
    "competency_figure.month": _("Month"),
    "competency_figure.contribution": _("Contribution of the month"),
    "competency_spell.competency": _("Competency"),
    "competency_spell.state": _("State"),
    "competency_spell.level": _("Level reached"),
    "competency_spell.started_on": _("First day"),
    "competency_spell.ended_on": _("Last day"),
}


def needs_words(needs: Needs, *, is_inner: bool = False) -> str:
    """A requirement's formula, in the language being written in (K3)."""
    parts = [
        needs_words(one, is_inner=True) if isinstance(one, Needs) else one for one in needs.parts
    ]
    if len(parts) == 1:
        return parts[0]
    if needs.count == len(parts):
        found = _("%(names)s and %(last)s", names=tuple(parts[:-1]), last=parts[-1])
    elif needs.count > 1:
        found = _("%(count)s of %(names)s", count=needs.count, names=tuple(parts))
    elif len(parts) == 2:
        found = _("%(first)s or %(second)s", first=parts[0], second=parts[1])
    else:
        found = _("one of %(names)s", names=tuple(parts))
    return bracketed(found).strip() if is_inner else str(found)


def room_words(room: HeadRoom[Any] | None) -> Text:
    """Head-room as a sentence: who may leave, or who is missing."""
    if room is None:
        return _("Figures are missing; people alone do not make up for them.")
    if room.spare < 0:
        return ngettext(
            "At least %(number)s more person is needed.",
            "At least %(number)s more people are needed.",
            -room.spare,
        )
    if room.spare == 0:
        return _("Not everybody may leave: somebody is critical.")
    return ngettext(
        "%(number)s person may leave, whoever it is.",
        "%(number)s people may leave, whoever they are.",
        room.spare,
    )
