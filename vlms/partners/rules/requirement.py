"""What one person must have passed for a competency, as a formula (K3).

    (MB-200 or PL-200) and one of MB-210, 220, 230, 240

Names of exams, certifications and assessments are joined by `and` or `or`; where both stand side
by side, brackets say what belongs together. `one of` (or `2 of`) asks for so many of a list, in
which a number alone takes its letters from the name before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from vlms.core.errors import BadInput
from vlms.core.text import Text, _

_TOKEN = re.compile(r"\s*([(),]|[A-Za-z0-9][A-Za-z0-9-]*)")
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4}
_DEEPEST = 20
MOST_CHARACTERS = 2_000


@dataclass(frozen=True)
class Needs:
    """At least `count` of the parts; a part is a name or needs of its own."""

    count: int
    parts: tuple[str | Needs, ...]

    def is_met(self, passed: Set[str]) -> bool:
        """Whether somebody who has passed these (names in capitals) meets it."""
        met = 0
        for part in self.parts:
            met += part.is_met(passed) if isinstance(part, Needs) else part in passed
        return met >= self.count

    def names(self) -> frozenset[str]:
        """Every name that counts for it."""
        return frozenset(self._names())

    def _names(self) -> Iterator[str]:
        for part in self.parts:
            if isinstance(part, Needs):
                yield from part.names()
            else:
                yield part


def read_requirement(typed: str) -> Needs:
    """The formula. Raises BadInput (K3) with the place where it cannot be read."""
    if len(typed) > MOST_CHARACTERS:
        raise _refusal(_("The requirement is longer than 2,000 characters."), MOST_CHARACTERS)
    reader = _Reader(typed)
    found = reader.joined()
    if (left := reader.peek()) is not None:
        raise reader.refusal(_('"%(word)s" is not expected here.', word=left))
    return found if isinstance(found, Needs) else Needs(1, (found,))


class _Reader:
    """One pass over the formula, from left to right."""

    def __init__(self, typed: str) -> None:
        self.typed, self.place, self.depth = typed, 0, 0

    def peek(self) -> str | None:
        """The next word without taking it; None at the end."""
        rest = self.typed[self.place :]
        if not rest.strip():
            return None
        found = _TOKEN.match(rest)
        if found is None:
            self.place += len(rest) - len(rest.lstrip())
            raise self.refusal(
                _('The character "%(sign)s" has no meaning here.', sign=rest.lstrip()[0])
            )
        return found[1]

    def take(self) -> str:
        word = self.peek()
        if word is None:
            raise self.refusal(_("The requirement ends too early."))
        self.place = self.typed.index(word, self.place) + len(word)
        return word

    def joined(self) -> str | Needs:
        parts, joints = [self._part()], set()
        while (self.peek() or "").lower() in ("and", "or"):
            joints.add(self.take().lower())
            if len(joints) > 1:
                raise self.refusal(
                    _('"and" and "or" stand side by side: brackets must say what goes together.')
                )
            parts.append(self._part())
        if len(parts) == 1:
            return parts[0]
        return Needs(len(parts) if joints == {"and"} else 1, tuple(parts))

    def _part(self) -> str | Needs:
        word = self.take()
        if word == "(":
            return self._bracketed()
        if (self.peek() or "").lower() == "of":
            return self._choice(word)
        return self._name(word)

    def _bracketed(self) -> str | Needs:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.refusal(_("The brackets are too deep."))
        found = self.joined()
        if self.peek() != ")":
            raise self.refusal(_("A bracket is not closed."))
        self.take()
        self.depth -= 1
        return found

    def _choice(self, word: str) -> Needs:
        count = _WORDS.get(word.lower()) or (int(word) if word.isdecimal() else 0)
        self.take()
        names = [self._name(self.take())]
        while self.peek() == ",":
            self.take()
            names.append(self._listed(names[-1]))
        if not 1 <= count <= len(names):
            raise self.refusal(_('"%(word)s of" does not fit to the names that follow.', word=word))
        if len(set(names)) < len(names):
            raise self.refusal(_("A name stands twice in the list."))
        return Needs(count, tuple(names))

    def _listed(self, before: str) -> str:
        word = self.take()
        letters, dash, _number = before.rpartition("-")
        return f"{letters}{dash}{word}" if word.isdecimal() and dash else self._name(word)

    def _name(self, word: str) -> str:
        name = word.upper()
        if name in ("AND", "OR", "OF", "(", ")", ",") or name.isdecimal():
            raise self.refusal(_('A name is expected and not "%(word)s".', word=word))
        return name

    def refusal(self, sentence: Text) -> BadInput:
        return _refusal(sentence, self.place)


def _refusal(sentence: Text, place: int) -> BadInput:
    return BadInput(
        "K3",
        sentence,
        field="requirement",
        way_out=_(
            "Write it as: (MB-200 or PL-200) and one of MB-210, 220. The mistake is at character "
            "%(place)s.",
            place=place,
        ),
        facts={"place": place},
    )
