"""What the skills report says of a proof: which competencies ask for it, whether it counts (K5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vlms.core.reading import read_whole
from vlms.core.text import Name, bracketed
from vlms.core.versions import Version
from vlms.partners.rules.definitions import Definition

# So far ahead a report can be asked for what expires.
MOST_DAYS = 3_660


class SkillKind(StrEnum):
    """What a line of the report proves."""

    EXAM = "exam"
    CERTIFICATION = "certification"


@dataclass(frozen=True)
class Option:
    """A path of a competency that asks for a proof; the report calls paths options."""

    competency: str
    name: Name
    path_name: Name

    def __str__(self) -> str:
        return f"{self.name}{bracketed(self.path_name)}"


Relevance = Mapping[str, Sequence[Option]]


def relevance(definitions: Iterable[Version[Definition]]) -> Relevance:
    """Each name in capitals, and the paths whose requirements hold it, as the data order them."""
    found: dict[str, list[Option]] = {}
    for definition in (version.terms for version in definitions):
        for named in definition.paths:
            asked = frozenset().union(*(goal.needs.names() for goal in named.path.skills))
            for name in sorted(asked):
                option = Option(definition.key, definition.name, named.name)
                found.setdefault(name, []).append(option)
    return found


def names_asked(found: Relevance, competency: str) -> frozenset[str]:
    """The names in capitals that a competency asks for."""
    return frozenset(
        name
        for name, options in found.items()
        if any(one.competency == competency for one in options)
    )


def relevant_for(found: Relevance, name: str) -> str:
    """The paths that ask for an exam or a certification, in the words of the layout."""
    return "; ".join(map(str, found.get(name.upper(), ())))


def is_active(expires_on: date | None, counts_until: date | None, day: date) -> bool:
    """Whether a proof counts on a day: held still, or not retired for too long (K3, R1)."""
    return all(last is None or last >= day for last in (expires_on, counts_until))


What = tuple[SkillKind, str]


def read_what(typed: str | None) -> What | None:
    """An exam or a certification, as in `exam:AZ-104`; None for anything else."""
    kind, sign, name = (typed or "").partition(":")
    return (SkillKind(kind), name) if sign and kind in set(SkillKind) else None


# How many days ahead. Raises BadInput for what is no such number.
read_days = read_whole(0, MOST_DAYS)


def told_proof(kind: SkillKind, number: str, name: str) -> str:
    """An exam by number and name, a certification by its name."""
    is_exam = kind is SkillKind.EXAM and name != number
    return f"{number} {name}" if is_exam else name


def last_day_within(today: date, days: int) -> date:
    """The last of so many days from today on."""
    return today + timedelta(days=days)


def split_name(name: str, latin_name: str | None) -> tuple[str, str]:
    """First and last name, where a space parts them in the Latin name or the name itself.

    The last word is the last name. What is not parted is not guessed at: it is the last name.
    """
    for each in (latin_name, name):
        first, space, last = " ".join((each or "").split()).rpartition(" ")
        if space:
            return first, last
    return "", name
