"""One way to declare a list: what it can be narrowed by, its columns, and what is asked of it.

All that is asked stands in the address: one argument a filter, `sort`, `columns` (names with
commas between them, or several arguments) and `after`, where the page begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import request

from vlms.core.errors import BadInput, DomainError
from vlms.core.reading import DAY_HINT, DAY_PATTERN, refuse
from vlms.core.text import Text, _
from vlms.web.pages import wanted

SORT, COLUMNS, AFTER = "sort", "columns", "after"
NOT_HERE = "not_here"


ALL = _("All")


@dataclass(frozen=True)
class Filter:
    """A side on which a list is narrowed; typed words, unless it has choices.

    `choices` give a word for each value; what is none of them counts as not asked. A tick
    has one choice. One that is not `is_offered` comes by links alone.
    """

    name: str
    label: Text
    choices: Mapping[str, object] | None = None
    hint: Text | None = None
    is_tick: bool = False
    is_offered: bool = True
    # What may be typed, where a browser is to refuse the rest; `pattern_hint` says why.
    pattern: str | None = None
    pattern_hint: Text | None = None
    # What is shown while nothing is chosen.
    unasked: Text = ALL
    # Its choices are what the records hold: another value, like another key, finds nothing.
    is_of_records: bool = False

    # What its words are looked for in, shown below it.
    note: Text | None = None
    # What is wrong with what is asked, to be shown beside it.
    error: object = None

    @property
    def typed(self) -> str | None:
        return wanted(self.name)

    @property
    def value(self) -> str | None:
        found = None if self.error else self.typed
        return found if self.choices is None or found in self.choices else None

    @property
    def refusal(self) -> DomainError | None:
        """Why what is asked cannot be used; None where it can, and where nothing is asked."""
        if isinstance(self.error, DomainError):
            return self.error
        if self.value is not None or (typed := self.typed) is None:
            return None
        if self.is_of_records or _is_key(typed):
            return _not_here(self.name, self.label)
        return unusable(self.name, typed, self.label)

    @property
    def shown(self) -> object:
        """The value as a person reads it."""
        return self.value if self.choices is None else self.choices[self.value or ""]


def unusable(name: str, typed: str, label: Text) -> DomainError:
    """What an address asks that a page cannot use."""
    refusal = refuse(typed, label, _("Choose one of those that are offered."))
    refusal.field = name
    return refusal


def _not_here(name: str, label: Text) -> DomainError:
    return BadInput(
        None,
        _("%(label)s: nothing in this list has what the address asks for.", label=label),
        reason=NOT_HERE,
        field=name,
        way_out=_("Choose one of those that are offered."),
    )


def _is_key(typed: str) -> bool:
    try:
        return bool(UUID(typed))
    except ValueError:
        return False


def day_filter(name: str, label: Text, error: object = None) -> Filter:
    """A typed day, in every form in which pages show one and `read_day` reads it."""
    return Filter(
        name, label, hint=DAY_HINT, pattern=DAY_PATTERN, pattern_hint=DAY_HINT, error=error
    )


@dataclass(frozen=True)
class Heading:
    """A column: its name in the address, its title, and the sort word if it has one.

    The first column stays; one that `is_extra` is shown to who chooses it.
    """

    name: str
    title: Text
    sort: str | None = None
    look: str = ""
    is_extra: bool = False


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address of the list without it."""

    label: Text
    value: object
    address: str
    is_tick: bool


class ListPage:
    """A list as its address asks for it. `kept` are arguments that are no filters of it, and
    `wrong` says which of those cannot be used."""

    def __init__(
        self,
        endpoint: str,
        headings: Sequence[Heading],
        filters: Sequence[Filter] = (),
        kept: Sequence[str] = (),
        wrong: Sequence[DomainError] = (),
    ) -> None:
        self.endpoint = endpoint
        self.headings = headings
        self.filters = filters
        self._kept = kept
        self._wrong = wrong

    @property
    def refusals(self) -> Sequence[DomainError]:
        """What is asked and cannot be used, but for what its own field says."""
        own = (one.refusal for one in self.filters if one.choices is not None)
        return [*self._wrong, *(one for one in own if one is not None)]

    @property
    def shown(self) -> Sequence[Heading]:
        """The columns that the reader chose, in the list's own order; else the usual ones."""
        chosen = set(chosen_columns())
        if not chosen.intersection(heading.name for heading in self.headings):
            return [heading for heading in self.headings if not heading.is_extra]
        first, *others = self.headings
        return [first, *(heading for heading in others if heading.name in chosen)]

    @property
    def chips(self) -> Sequence[Chip]:
        return [
            Chip(each.label, each.shown, self.address({each.name}), each.is_tick)
            for each in self.filters
            if each.value is not None
        ]

    @property
    def is_narrowed(self) -> bool:
        return any(each.value is not None for each in self.filters)

    @property
    def cleared(self) -> str:
        """The address of the whole list, its columns and order as chosen."""
        return self.address({each.name for each in self.filters})

    def address(self, without: set[str] = frozenset()) -> str:  # type: ignore[assignment]
        """This list's address from its first page, some arguments left out."""
        return _address(self.asked(without))

    def asked(self, without: set[str] = frozenset()) -> dict[str, str]:  # type: ignore[assignment]
        """What is asked of the list, as arguments of an address; never the place in it."""
        asked = {name: value for name in self._kept if (value := wanted(name))}
        asked |= {each.name: each.value for each in self.filters if each.value is not None}
        if sort := wanted(SORT):
            asked[SORT] = sort
        if columns := chosen_columns():
            asked[COLUMNS] = ",".join(columns)
        return {name: value for name, value in asked.items() if name not in without}

    def beside(self, *names: str) -> dict[str, str]:
        """What a form of this list must carry along: all but what it asks itself."""
        return self.asked({*names})

    @property
    def beside_filters(self) -> dict[str, str]:
        return self.asked({each.name for each in self.filters if each.is_offered})


def chosen_columns() -> list[str]:
    """The names of columns in the address."""
    given = ",".join(request.args.getlist(COLUMNS)).replace("\0", "")[:400]
    return [name for name in given.split(",") if name]


def _address(arguments: Mapping[str, str]) -> str:
    return request.path + ("?" + urlencode(arguments) if arguments else "")
