"""Texts kept as plain values, to be said later in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from vlms.core.errors import DomainError
from vlms.core.money import Money
from vlms.core.text import Name, Text

Packed = dict[str, Any]


def pack_text(text: Text | str | None) -> Packed | None:
    """A text and its values as JSON; None stays None."""
    if text is None:
        return None
    if isinstance(text, str):
        return {"said": text}
    if isinstance(text, Name):
        return {"name": text.singular, "chinese": text.chinese}
    values = {name: _pack_value(value) for name, value in text.values.items()}
    return {"one": text.singular, "many": text.plural, "number": text.number, "values": values}


def unpack_text(packed: Mapping[str, Any] | None) -> Text | str | None:
    """The text that was packed."""
    if packed is None:
        return None
    if "said" in packed:
        return str(packed["said"])
    if "name" in packed:
        return Name(packed["name"], chinese=packed["chinese"])
    values = {name: _unpack_value(value) for name, value in packed["values"].items()}
    return Text(packed["one"], packed["many"], packed["number"], values)


def pack_refusal(refusal: DomainError) -> Packed:
    """Why something was refused, and what to do."""
    return {
        "rule": refusal.rule,
        "sentence": pack_text(refusal.sentence),
        "way_out": pack_text(refusal.way_out),
    }


def _pack_value(value: Any) -> Any:
    if isinstance(value, Text):
        return pack_text(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"day": value.isoformat()}
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    return value if isinstance(value, int | float | str | None) else str(value)


def _unpack_value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "day" in value:
        return date.fromisoformat(value["day"])
    if "minor" in value:
        return Money(value["minor"], value["currency"])
    return unpack_text(value)
