"""Groups of people that are chosen whole: the list of people, and what domains above add.

A source turns what an address says into the people, and how they are called together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from vlms.accounts.models import Person

Arguments = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Group:
    """People by name, and what they are: a class, what a list was narrowed to."""

    name: str
    people: Sequence[Person]


Source = Callable[[Session, Arguments], Group | None]
_SOURCES: dict[str, Source] = {}


def add_people_source(argument: str, source: Source) -> None:
    """Let addresses with this argument choose people."""
    _SOURCES[argument] = source


def find_group(session: Session, arguments: Arguments) -> Group | None:
    """The people that the address chooses; None where it chooses none."""
    for argument, source in _SOURCES.items():
        if any(arguments.get(argument, ())):
            return source(session, arguments)
    return None
