"""The words of the pages about monthly reports, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

# Answers that are no pages: files.
NO_SKILL_PAGES = frozenset({"skills_reports.download_differences", "skills_reports.download_todos"})

SKILL_REPORTS: dict[str, Text] = {
    "skills_reports.index": _("The programme's monthly reports that were imported."),
    "skills_reports.import_file": _(
        "Bring a month's skills or learning report; what each row does is shown first."
    ),
    "skills_reports.dry_run": _("What an import of a report would do, row by row."),
    "skills_reports.show": _("Who is new or gone since the month before, and what changed."),
    "skills_reports.todos": _(
        "What the skills report denies, and where it and the links differ: each with what to do."
    ),
    "skills_reports.decide_todo": _("What to do about one line, and what became of it."),
}
