"""The words of the pages of schools, packs and reports, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

# Answers that are no pages: files.
NO_ACADEMY_PAGES = frozenset(
    {
        "academy_reports.download_lapsing",
        "academy_reports.download_term",
        "academy_reports.download_use",
    }
)

_REPORTS: dict[str, Text] = {
    "academy_reports.index": _(
        "What became of the exams of your packs: by school, class, exam family or month."
    ),
    "academy_reports.lapsing": _(
        "What will be left of each pack and quota if exams go on as until now, and how that was "
        "reckoned."
    ),
    "academy_reports.term": _(
        "The figures of a term for a subsidy file: the same on this page, in Excel and as PDF."
    ),
}

ACADEMY = {**_REPORTS}
