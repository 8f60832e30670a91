"""Who has a second factor; a domain above this one looks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Shield(StrEnum):
    """How somebody's sign-in is guarded beside the password."""

    HELD = "held"
    # A role demands one, which is set up at the next sign-in.
    DEMANDED = "demanded"
    NONE = "none"


Finder = Callable[[Collection[UUID]], Mapping[UUID, Shield]]


def _none(user_ids: Collection[UUID]) -> Mapping[UUID, Shield]:
    return dict.fromkeys(user_ids, Shield.NONE)


@dataclass
class _Connection:
    finder: Finder = _none


_connection = _Connection()


def use_shields(finder: Finder) -> None:
    """Let `finder(user_ids)` say from now on who has a second factor."""
    _connection.finder = finder


def shields_of(user_ids: Collection[UUID]) -> Mapping[UUID, Shield]:
    """The shield of each of these users."""
    return _connection.finder(frozenset(user_ids)) if user_ids else {}
