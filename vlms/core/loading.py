"""Loads by name what is dear to import, when it is needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def load(where: str) -> Any:
    """The object at "module:name"."""
    module, name = where.split(":")
    return getattr(import_module(module), name)
