"""What is declared of a table: whose its rows are, and what erasing does with each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Holding:
    """One table, its columns named with blanks between them.

    A row is a person's by `person`, a user's by `user`, somebody's by `address` if that is
    the whole value, or by `mcid`, while no person stands there; a user's rows only where the user
    is looked for, those of no organisation only when the user goes too. In their rows `word` takes
    the neutral word, `mail` the neutral address, `empty` nothing at all, and `gone` rows are
    deleted.

    `search` columns are written by others or made of what others wrote. In a person's own rows,
    and in rows that are `about` one of these, names, numbers and addresses there are replaced;
    in all other rows of their organisation a whole address alone.

    `cell` is for a list in `address`: which of how many cells says whose the row is; a list of
    another length says it of nobody.

    `plain` columns hold nothing on people, `kept` ones stay for the reason told.
    """

    person: str = ""
    user: str = ""
    address: str = ""
    mcid: str = ""
    cell: tuple[int, int] | None = None
    about: str = ""
    word: str = ""
    mail: str = ""
    empty: str = ""
    search: str = ""
    plain: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    gone: bool = False

    @property
    def theirs(self) -> tuple[str, ...]:
        """The columns that name whose row it is."""
        return tuple(f"{self.word} {self.mail} {self.empty}".split())

    @property
    def searched(self) -> tuple[str, ...]:
        return tuple(self.search.split())

    @property
    def written(self) -> tuple[str, ...]:
        """The columns in which a person can be named and is not any more afterwards."""
        return (*self.theirs, *self.searched)

    @property
    def declared(self) -> frozenset[str]:
        """Every column that the table says something of."""
        return frozenset((*self.written, *self.plain.split(), *self.kept))


Holdings = Mapping[str, Holding]


def plain(columns: str) -> Holding:
    """A table that holds nothing on people in these columns, nor in any other."""
    return Holding(plain=columns)
