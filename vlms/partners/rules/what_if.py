"""What becomes of competencies when these people leave or pass these exams (K4)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Set
from typing import TypeVar

from vlms.partners.rules.attainment import without

PersonT = TypeVar("PersonT", bound=Hashable)


def supposed(
    passed: Mapping[PersonT, Set[str]], leaving: Set[PersonT], more: Mapping[PersonT, Set[str]]
) -> dict[PersonT, Set[str]]:
    """The people as they would be: who leaves brings nothing, whatever they would pass."""
    then = {who: passed.get(who, frozenset()) | names for who, names in more.items()}
    return without({**passed, **then}, leaving)
