"""What pages of a dry run share: its rows by what they would do, some hundred at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from vlms.core.dry_run import Change, DryRun, Line
from vlms.core.text import Text, _
from vlms.web.forms import Form

LINES_SHOWN = 200

CHANGE_WORDS: dict[Change, Text] = {
    Change.NEW: _("New"),
    Change.CHANGED: _("Changed"),
    Change.SAME: _("Same as before"),
    Change.WRONG: _("Wrong"),
}


@dataclass(frozen=True)
class ShownLines:
    """The rows that the address asks for; `number` counts pages from 1."""

    change: Change | None
    lines: Sequence[Line[Any]]
    number: int
    page_count: int


def shown_lines(run: DryRun[Any]) -> ShownLines:
    """By `change` and `part` of the address; anything else there shows all from the first."""
    wanted = request.args.get("change", "")
    change = Change(wanted) if wanted in set(Change) else None
    lines = [line for line in run.lines if change is None or line.change is change]
    page_count = max(1, -(-len(lines) // LINES_SHOWN))
    asked = request.args.get("part", "1")
    number = min(int(asked), page_count) if asked.isascii() and asked.isdecimal() else 1
    first = (max(number, 1) - 1) * LINES_SHOWN
    return ShownLines(change, lines[first : first + LINES_SHOWN], max(number, 1), page_count)


def dry_run_page(template: str, form: Form, run: DryRun[Any], **facts: object) -> tuple[str, int]:
    """What each row would do, and the form that lets all of it count."""
    shown = shown_lines(run)
    page = render_template(template, form=form, run=run, shown=shown, words=CHANGE_WORDS, **facts)
    return page, 422 if form.is_refused else 200
