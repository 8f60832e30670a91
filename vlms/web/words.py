"""Words for the journal's actions and columns; each domain adds its own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from vlms.core.text import Text

_actions: dict[str, Text] = {}
_columns: dict[str, Text] = {}


def add_words(
    actions: Mapping[str, Text] | None = None, columns: Mapping[str, Text] | None = None
) -> None:
    """Name actions (`order.placed`) and columns (`assign_due_at`) for people."""
    _actions.update(actions or {})
    _columns.update(columns or {})


def action_word(action: str) -> str:
    return str(_actions.get(action, action))


def column_word(column: str) -> str:
    return str(_columns.get(column, column))


def install(app: Flask) -> None:
    app.jinja_env.filters.update(action_word=action_word, column_word=column_word)
