"""What an address asks for: read once, and told where it cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from vlms.core.errors import DomainError
from vlms.core.near_days import check_days, read_near_day
from vlms.core.text import Text
from vlms.web.lists import Filter
from vlms.web.pages import wanted

Value = TypeVar("Value")


@dataclass(frozen=True)
class Asked(Generic[Value]):
    """An argument of the address: its value, or why it is none."""

    value: Value | None = None
    error: DomainError | None = None


def asked(name: str, label: Text, reader: Callable[[str, Text], Value]) -> Asked[Value]:
    """The argument as it can be read; nothing for none."""
    typed = wanted(name)
    try:
        return Asked(reader(typed, label) if typed else None)
    except DomainError as refusal:
        refusal.field = refusal.field or name
        return Asked(error=refusal)


@dataclass(frozen=True)
class AskedDays:
    """Two days of the address, either of which may be missing; the last is not before the first."""

    first: Asked[date]
    last: Asked[date]

    @property
    def errors(self) -> list[DomainError]:
        return [one.error for one in (self.first, self.last) if one.error is not None]


def asked_between(
    first: tuple[str, Text], last: tuple[str, Text], usual_last: date | None = None
) -> AskedDays:
    """The days by their names and labels; `usual_last` counts where no last one is asked.

    Of reversed ones neither counts, and the one that was typed says why.
    """
    since, until = asked(*first, read_near_day), asked(*last, read_near_day)
    name = first[0] if until.value is None else last[0]
    try:
        check_days(since.value, until.value or usual_last, name)
    except DomainError as refusal:
        wrong: Asked[date] = Asked(error=refusal)
        return AskedDays(wrong, until) if name == first[0] else AskedDays(Asked(), wrong)
    return AskedDays(since, until)


def require_usable(errors: Iterable[DomainError | None], filters: Iterable[Filter] = ()) -> None:
    """A file says nothing of what it left out: raise the first that cannot be used."""
    for refusal in (*errors, *(one.refusal for one in filters)):
        if refusal is not None:
            raise refusal
