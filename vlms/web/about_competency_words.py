"""The words of the pages about competencies, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

COMPETENCIES: dict[str, Text] = {
    "competencies.index": _(
        "Each competency: what it needs, what you have, what lapses, and how many people may leave."
    ),
    "competencies.show": _(
        "One competency: its paths and goals, who counts where, and on whom all hangs."
    ),
}
