"""The words of money at risk, for pages, files and the command line."""

from __future__ import annotations

from vlms.academy.queries.packs import holder_name
from vlms.core.text import Text, _
from vlms.planning.outlook import Risk
from vlms.planning.rules.nudging import Lying

NUDGE_WORDS: dict[Lying, Text] = {
    Lying.UNCLAIMED: _("Assigned and not claimed"),
    Lying.ENDS_SOON: _("Claimed, no appointment, and its last day is near"),
    Lying.UNBOOKED: _("Claimed, and no appointment since"),
}
NOTES = (
    _("What is unused on its last day lapses without refund (C5)."),
    _(
        "Each code bears its share of its order line; the shares add up to the line (P3). Amounts "
        "of different currencies stay apart."
    ),
    _(
        "In eight of ten cases the left-over is expected to lie within the range. Codes with an "
        "appointment count as used first; holidays and terms are not known to the forecast."
    ),
)
_NOT_GIVEN = _("Not given to any school")


def place_of(risk: Risk) -> Text | str | None:
    """Whose part of a pack it is; None for codes, which belong to no school."""
    stock = risk.stock
    if stock.pack is None:
        return None
    return _NOT_GIVEN if stock.quota is None else holder_name(stock.quota)
