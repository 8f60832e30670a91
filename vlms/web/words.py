"""Words for the journal's actions, columns, values and keys; each domain adds its own.

A column's words hold for every record, or for one kind of them: `state` and `code.state`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from vlms.core.text import Text, _

Key = UUID | str
Namer = Callable[[Session, Collection[Any]], Mapping[Any, object]]
"""Names records of one kind by their keys, as far as the session's scope sees them."""
Word = Text | str
_Found = TypeVar("_Found")


@dataclass(frozen=True)
class RecordPage:
    """How a kind of records is named, and the endpoint of its page with its key's argument."""

    namer: Namer
    endpoint: str
    argument: str


_actions: dict[str, Text] = {}
_columns: dict[str, Text] = {}
_values: dict[str, Mapping[Any, Word]] = {}
_namers: dict[str, Namer] = {}
_currencies: dict[str, Namer] = {}
_records: dict[str, RecordPage] = {}
# Who acts without an account.
_ACTORS = {
    "command line": _("Command line"),
    "worker": _("Background work"),
    "claim link": _("Visitor with a claim link"),
    "delivery link": _("Visitor with a delivery link"),
    "one-time link": _("Visitor with a one-time link"),
    "sign-in": _("Sign-in page"),
    "forgotten password": _("Page for a forgotten password"),
    "calendar address": _("Visitor with a calendar's address"),
    "slip": _("Visitor with a slip"),
    "visitor": _("Visitor without an account"),
    "mail provider": _("Mail provider"),
    "system": _("The system by itself"),
}
_YES_NO = {True: _("Yes"), False: _("No")}


def add_words(
    actions: Mapping[str, Text] | None = None,
    columns: Mapping[str, Text] | None = None,
    values: Mapping[str, Mapping[Any, Word]] | None = None,
) -> None:
    """Name actions (`order.placed`), columns (`assign_due_at`) and what stands in a column.

    Raises ValueError for a column that is called otherwise already: put its kind before it.
    """
    _actions.update(actions or {})
    for name, word in (columns or {}).items():
        if _columns.setdefault(name, word).singular != word.singular:
            raise ValueError(
                f"{name} is {_columns[name].singular!r} already, not {word.singular!r}"
            )
    _values.update(values or {})


def add_names(**namers: Namer) -> None:
    """Say what the keys in a column (`person_id`) stand for. The journal itself keeps no names."""
    _namers.update(namers)


def add_currencies(**namers: Namer) -> None:
    """Say in which currency the amounts of a kind of records (`order`) are."""
    _currencies.update(namers)


def add_records(**pages: RecordPage) -> None:
    """Say how a kind of records (`code`) is named in the journal, and where its page is."""
    _records.update(pages)


def record_page(kind: str) -> RecordPage | None:
    return _records.get(kind)


def namer_of(column: str) -> Namer | None:
    return _namers.get(column)


def currencies_of(kind: str) -> Namer | None:
    return _currencies.get(kind)


def all_actions() -> Mapping[str, Text]:
    """What can be done, by the names that the journal keeps."""
    return dict(_actions)


def action_word(action: str) -> str:
    return str(_actions.get(action, action))


def column_word(column: str, kind: str = "") -> str:
    return str(_of_kind(_columns, kind, column) or column)


def value_word(kind: str, column: str, value: object) -> Word | None:
    """The word for a value of a column, where it has one."""
    if isinstance(value, bool):
        return _YES_NO[value]
    words = _of_kind(_values, kind, column)
    return words.get(value) if words and isinstance(value, str) else None


def actor_word(name: str) -> str:
    """Who acted without an account, for people."""
    return str(_ACTORS.get(name, name))


def _of_kind(words: Mapping[str, _Found], kind: str, column: str) -> _Found | None:
    return words.get(f"{kind}.{column}") or words.get(column)


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        action_word=action_word, column_word=column_word, actor_word=actor_word
    )
