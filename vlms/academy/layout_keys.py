"""The layouts of certificates by name; how each is drawn stands in exports."""

from __future__ import annotations

from vlms.core.text import Text, _

LAYOUT_WORDS: dict[str, Text] = {
    "classic": _("Classic: a double frame"),
    "band": _("Band: a coloured band at the side"),
    "plain": _("Plain: two fine lines"),
    "festive": _("Festive: a coloured head and a rounded frame"),
}
USUAL_LAYOUT = "classic"
