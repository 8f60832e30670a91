"""The words of every page, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

ABOUT: dict[str, Text] = {
    "help.contacts": _(
        "Who answers which questions. Every message that refuses something names the same people."
    ),
}
