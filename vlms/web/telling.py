"""Tells the journal's entries: words for what it keeps as keys, codes and ISO texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, url_for

from vlms.core.db import db
from vlms.core.places import country_name
from vlms.core.text import _
from vlms.web import words
from vlms.web.locales import (
    show_day,
    show_list,
    show_minor,
    show_moment,
    show_number,
    show_price,
    show_zone,
)

NOTHING = "–"
UNSEEN = _("not shown to you, or gone")
_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DAYS = frozenset(
    {
        "anniversary",
        "charge_end",
        "charge_start",
        "day",
        "first_day",
        "last_day",
        "valid_from",
        "valid_to",
    }
)


@dataclass(frozen=True)
class Change:
    """One column as people read it. `before` or `after` is None where the entry has none."""

    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class _Names:
    """What keys stand for, by column, and the currencies of records."""

    keys: Mapping[str, Mapping[words.Key, object]]
    currencies: Mapping[UUID, object]


def journal_teller(entries: Iterable[Any]) -> Callable[[Any], Sequence[Change]]:
    """Tells the changes of these entries: keys by their names, with one query a column.

    Of what the visitor may not see, or is gone, it says so: keys say nothing to people.
    """
    known = [entry for entry in entries if entry.detail is not None]
    names = _Names(_names(known), _currencies(known))
    return lambda entry: _changes(entry, names)


@dataclass(frozen=True)
class Named:
    """A record by its own number or name, and its page where the visitor may open it."""

    name: str
    address: str | None


def record_teller(entries: Iterable[Any]) -> Callable[[Any], Named | None]:
    """Names the records of these entries, with one query a kind; None for what is not seen."""
    keys: dict[str, set[UUID]] = {}
    for entry in entries:
        keys.setdefault(entry.record_kind, set()).add(entry.record_id)
    found: dict[tuple[str, UUID], Named] = {}
    for kind, some in keys.items():
        page = words.record_page(kind)
        for key, name in _named(page.namer if page else None, some).items():
            found[kind, key] = Named(str(name), _address(page, key))
    return lambda entry: found.get((entry.record_kind, entry.record_id))


def _address(page: words.RecordPage | None, key: UUID) -> str | None:
    if page is None:
        return None
    needed = getattr(current_app.view_functions[page.endpoint], "access", None)
    may = needed is not None and g.actor.may(needed)
    values: dict[str, Any] = {page.argument: key}
    return url_for(page.endpoint, **values) if may else None


def _names(entries: Iterable[Any]) -> Mapping[str, Mapping[words.Key, object]]:
    keys: dict[str, set[words.Key]] = {}
    for entry in entries:
        for name, value in (*entry.detail.before.items(), *entry.detail.after.items()):
            if words.namer_of(name) and isinstance(value, str):
                keys.setdefault(name, set()).add(_key(value))
    return {name: _named(words.namer_of(name), some) for name, some in keys.items()}


def _currencies(entries: Iterable[Any]) -> Mapping[UUID, object]:
    records: dict[str, set[UUID]] = {}
    for entry in entries:
        records.setdefault(entry.record_kind, set()).add(entry.record_id)
    found: dict[UUID, object] = {}
    for kind, some in records.items():
        found.update(_named(words.currencies_of(kind), some))
    return found


def _named(namer: words.Namer | None, keys: Collection[words.Key]) -> Mapping[Any, object]:
    return namer(db.session(), keys) if namer else {}


def _changes(entry: Any, names: _Names) -> Sequence[Change]:
    """What differs; of a row that is gone, what it was."""
    before, after = entry.detail.before, entry.detail.after
    return [
        Change(
            words.column_word(name, entry.record_kind),
            _tell(entry, name, before[name], names) if name in before else None,
            _tell(entry, name, after[name], names) if name in after else None,
        )
        for name in after or before
        if not (name in before and name in after and before[name] == after[name])
    ]


def _tell(entry: Any, name: str, value: Any, names: _Names) -> str:
    if value is None or value == "":
        return NOTHING
    if name in names.keys:
        return str(names.keys[name].get(_key(value), UNSEEN))
    if isinstance(value, list):
        return str(show_list([_tell(entry, name, each, names) for each in value]))
    if isinstance(value, dict):
        return _tell_counts(value)
    word = words.value_word(entry.record_kind, name, value)
    return str(word) if word is not None else _figure(name, value, _currency(entry, names))


def _currency(entry: Any, names: _Names) -> str:
    """The record's, else what the entry itself says; empty where neither is known."""
    told = {**entry.detail.before, **entry.detail.after}
    return str(names.currencies.get(entry.record_id) or told.get("currency") or "")


def _tell_counts(told: Mapping[str, Any]) -> str:
    """A mapping, as of a file's columns; numbers of nothing are left out."""
    parts = []
    for name, value in told.items():
        inner = f"({_tell_counts(value)})" if isinstance(value, dict) else str(value)
        if inner not in ("0", "()"):
            parts.append(f"{name} {inner}" if isinstance(value, dict) else f"{name}: {inner}")
    return str(show_list(parts))


def _figure(name: str, value: Any, currency: str) -> str:
    """Numbers, and texts that hold days, moments, zones and prices."""
    if isinstance(value, int):
        return show_minor(value, currency) if currency and _is_amount(name) else show_number(value)
    if name.endswith("_at"):
        return show_moment(datetime.fromisoformat(value))
    if name.endswith("_on") or name in _DAYS:
        return show_day(date.fromisoformat(value))
    if name == "country":
        return str(country_name(value))
    if name == "time_zone":
        return show_zone(value)
    if name == "unit_price" and currency:
        return show_price(Decimal(value), currency)
    return str(UNSEEN) if is_key(value) else str(value)


def _key(value: str) -> words.Key:
    """As its record has it: most have a number, some of the catalogue a word."""
    return UUID(value) if is_key(value) else value


def is_key(value: object) -> bool:
    """Whether this is a record's key, which says nothing to people."""
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


def _is_amount(name: str) -> bool:
    return name.endswith("_minor")


def install(app: Flask) -> None:
    app.jinja_env.globals.update(journal_teller=journal_teller, record_teller=record_teller)
