"""What the search box finds: records of some kinds, and why each fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from vlms.core.permissions import Permission
from vlms.core.text import Text

# More of a kind are shown by their list.
MOST_OF_A_KIND = 10
# One more is read, to know that there are more.
READ_OF_A_KIND = MOST_OF_A_KIND + 1


class Kind(StrEnum):
    """What can be found, in the order in which it is shown."""

    CODE = "code"
    BATCH = "batch"
    PERSON = "person"
    ORDER = "order"
    AGREEMENT = "agreement"
    ORGANISATION = "organisation"
    PRODUCT = "product"
    PACK = "pack"
    CLASS = "class"
    SITTING = "sitting"


@dataclass(frozen=True)
class Hit:
    """A record that fits, why it does, and the page that shows it.

    An `is_exact` one has what was typed for its whole number, address or code.
    """

    kind: Kind
    title: Text | str
    reason: Text
    endpoint: str
    arguments: dict[str, str] = field(default_factory=dict)
    detail: str = ""
    is_exact: bool = False


@dataclass(frozen=True)
class Found:
    """All that fits; `more` are the kinds of which only the first are shown."""

    hits: Sequence[Hit]
    more: frozenset[Kind] = frozenset()

    @property
    def only(self) -> Hit | None:
        """The one to open at once: the only exact one, or the only one."""
        exact = [hit for hit in self.hits if hit.is_exact]
        if len(exact) == 1:
            return exact[0]
        return self.hits[0] if len(self.hits) == 1 else None

    def of(self, kind: Kind) -> list[Hit]:
        return [hit for hit in self.hits if hit.kind is kind]


# Who may look for a kind, and how.
Finder = tuple[Permission, Callable[[Session, str], Iterator[Hit]]]
