"""Words for the journal's actions, columns and keys; each domain adds its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from vlms.core.db import db
from vlms.core.text import Text

Namer = Callable[[Session, Collection[UUID]], Mapping[UUID, object]]
"""Names records of one kind by their keys, as far as the session's scope sees them."""

_actions: dict[str, Text] = {}
_columns: dict[str, Text] = {}
_namers: dict[str, Namer] = {}


def add_words(
    actions: Mapping[str, Text] | None = None, columns: Mapping[str, Text] | None = None
) -> None:
    """Name actions (`order.placed`) and columns (`assign_due_at`) for people."""
    _actions.update(actions or {})
    _columns.update(columns or {})


def add_names(**namers: Namer) -> None:
    """Say what the keys in a column (`person_id`) stand for. The journal itself keeps no names."""
    _namers.update(namers)


def journal_teller(entries: Iterable[Any]) -> Callable[[str, Any], Any]:
    """Tells values of these entries' columns: keys by their names, with one query a column.

    What the visitor may not see, or is gone, stays a key.
    """
    keys: dict[str, set[UUID]] = {}
    for entry in entries:
        for name, value in _values(entry):
            if name in _namers and isinstance(value, str):
                keys.setdefault(name, set()).add(UUID(value))
    found = {name: _namers[name](db.session(), some) for name, some in keys.items()}

    def tell(name: str, value: Any) -> Any:
        known = found.get(name)
        return value if known is None or value is None else known.get(UUID(value), value)

    return tell


def _values(entry: Any) -> Iterable[tuple[str, Any]]:
    if entry.detail is not None:
        yield from entry.detail.before.items()
        yield from entry.detail.after.items()


def action_word(action: str) -> str:
    return str(_actions.get(action, action))


def column_word(column: str) -> str:
    return str(_columns.get(column, column))


def install(app: Flask) -> None:
    app.jinja_env.globals["journal_teller"] = journal_teller
    app.jinja_env.filters.update(action_word=action_word, column_word=column_word)
