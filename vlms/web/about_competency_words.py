"""The words of the pages about competencies, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

# Answers that are no pages: files.
NO_COMPETENCY_PAGES = frozenset(
    {"competencies.download_history", "competencies.download_performance"}
)

COMPETENCIES: dict[str, Text] = {
    "competencies.index": _(
        "Each competency: what it needs, what you have, what lapses, and how many people may leave."
    ),
    "competencies.import_file": _(
        "Bring the publisher's monthly figures; what each row does is shown first."
    ),
    "competencies.dry_run": _("What an import of figures would do, row by row, before it counts."),
    "competencies.history": _("How each competency stood, with the days on which it changed."),
    "competencies.what_if": _(
        "Suppose that people leave or pass exams, and see which competency rises or falls."
    ),
    "competencies.show": _(
        "One competency: its paths and goals, who counts where, and on whom all hangs."
    ),
}
