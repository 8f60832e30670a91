"""Who of two months, or of a directory, is the same person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vlms.partners.rules.report_rows import Who


class People:
    """Who was named, told together: rows with the same MCID, entry or address are one person's."""

    def __init__(self, named: Iterable[Who]) -> None:
        self._above: dict[str, str] = {}
        for who in named:
            first, *others = _marks(who) or ("",)
            for other in others:
                self._join(first, other)

    def key(self, who: Who) -> str:
        """What tells the person from all others; empty for a row that names nobody any more."""
        marks = _marks(who)
        return self._top(marks[0]) if marks else ""

    def _top(self, mark: str) -> str:
        top = mark
        while (above := self._above.get(top, top)) != top:
            top = above
        if top != mark:
            self._above[mark] = top
        return top

    def _join(self, one: str, other: str) -> None:
        low, high = sorted((self._top(one), self._top(other)))
        self._above[high] = low


def _marks(who: Who) -> Sequence[str]:
    """MCID, entry and address; the name alone only where there is none of them."""
    mcid, person_id, account, name = who
    texts = (mcid, str(person_id or ""), (account or "").casefold())
    marks = [f"{place}:{text}" for place, text in enumerate(texts) if text]
    return marks or ([f"name:{name.casefold()}"] if name else [])
