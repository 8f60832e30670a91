"""Reads the cells of a row by their fields, and keeps every refusal with its field's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.core.errors import DomainError
from vlms.core.reading import Reader
from vlms.core.text import Text


def read_cells(
    typed: Mapping[str, str], readers: Mapping[str, Reader[Any]], labels: Mapping[str, Text]
) -> tuple[dict[str, Any], list[DomainError]]:
    """What could be read, by field, and all that is wrong."""
    found: dict[str, Any] = {}
    refusals: list[DomainError] = []
    for name, reader in readers.items():
        try:
            found[name] = reader(typed.get(name, ""), labels[name])
        except DomainError as refusal:
            refusal.field = name
            refusals.append(refusal)
    return found, refusals
