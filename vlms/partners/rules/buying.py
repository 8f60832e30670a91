"""At which level a competency lets a package be bought, and what it lacks for more (K3, M2)."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from vlms.core.text import Text, _, ngettext
from vlms.partners.rules.attainment import Level, ScoreTable
from vlms.partners.rules.standing import PathStanding, Standing

_CENT = Decimal("0.01")


def buyable_level(attained: Level | None, waived: Level | None) -> Level | None:
    """What is attained; a waived anniversary's competency is complete at its level (M2)."""
    return max((one for one in (attained, waived) if one is not None), default=None)


def qualifies(level: Level | None, wanted: Level | None) -> bool:
    """K3: whether a package of the wanted level can be bought on it."""
    return wanted is None or (level is not None and level >= wanted)


def lacks_of(standing: Standing[Any], level: Level) -> tuple[Text, ...]:
    """What the best path still needs for a level: points where it scores, else each goal."""
    best = standing.best
    table = best.named.path.table
    if table is not None:
        return _points(best.progress.points or Fraction(), table, level)
    return (*_figures(best, level), *_people(best, level))


def _points(have: Fraction, table: ScoreTable, level: Level) -> tuple[Text, ...]:
    needed = table.gold if level is Level.GOLD else table.silver
    if have >= needed:
        return ()
    # Never rounded up: 59.999 is not 60.
    shown = (Decimal(have.numerator) / have.denominator).quantize(_CENT, ROUND_DOWN)
    return (_("%(have)s of %(needed)s points", have=_short(shown), needed=_short(needed)),)


def _figures(best: PathStanding[Any], level: Level) -> list[Text]:
    return [
        _("%(name)s: %(count)s more", name=best.named.names[key], count=_short(missing))
        for key, missing in best.lacks(level).items()
        if missing > 0
    ]


def _people(best: PathStanding[Any], level: Level) -> list[Text]:
    found = []
    for goal in best.named.path.skills:
        missing = goal.asked(level) - len(best.counted[level][goal.key])
        if missing > 0:
            name = best.named.names[goal.key]
            found.append(
                ngettext(
                    "%(name)s: %(number)s more person",
                    "%(name)s: %(number)s more people",
                    missing,
                    name=name,
                )
            )
    return found


def _short(amount: Decimal) -> int | Decimal:
    """A whole number as one, so that it is written as the reader writes numbers."""
    return int(amount) if amount == int(amount) else amount
