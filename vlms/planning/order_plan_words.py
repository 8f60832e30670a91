"""The journal's words of order plans."""

from __future__ import annotations

from vlms.core.text import Text, _

ACTION_WORDS: dict[str, Text] = {
    "order_plan.added": _("Order plan made"),
    "order_plan.changed": _("Order plan changed"),
}
COLUMN_WORDS: dict[str, Text] = {
    "title": _("Title"),
    "version": _("Version"),
    "begins_on": _("Preparing begins on"),
    "agreement_id": _("Agreement"),
}
