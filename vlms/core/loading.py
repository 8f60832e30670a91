"""Loads by name what is dear to import, when it is needed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


def load(where: str) -> Any:
    """The object at "module:name"."""
    module, name = where.split(":")
    with nothing_is_garbage():
        return getattr(import_module(module), name)


@contextmanager
def nothing_is_garbage() -> Iterator[None]:
    """While a program is loaded: a third of the time went into looking through what stays."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.enable()
