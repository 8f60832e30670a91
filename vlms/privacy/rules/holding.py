"""What is declared of a table: whose its rows are, and what erasing does with each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Holding:
    """One table, its columns named with blanks between them.

    A row is a person's by `person` or `address`, a user's by `user`; a user's rows of no
    organisation are touched only when the user goes too. In their rows `word` takes the
    neutral word, `mail` the neutral address, `empty` nothing at all; `gone` rows are deleted.
    Wherever else one of these columns or one of `search` names the person, the name is
    replaced. `plain` columns hold nothing on people, `kept` ones stay for the reason told.
    """

    person: str = ""
    user: str = ""
    address: str = ""
    word: str = ""
    mail: str = ""
    empty: str = ""
    search: str = ""
    plain: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    gone: bool = False

    @property
    def written(self) -> tuple[str, ...]:
        """The columns in which a person can be named and is not any more afterwards."""
        return tuple(f"{self.word} {self.mail} {self.empty} {self.search}".split())

    @property
    def declared(self) -> frozenset[str]:
        """Every column that the table says something of."""
        return frozenset((*self.written, *self.plain.split(), *self.kept))


Holdings = Mapping[str, Holding]


def plain(columns: str) -> Holding:
    """A table that holds nothing on people in these columns, nor in any other."""
    return Holding(plain=columns)
