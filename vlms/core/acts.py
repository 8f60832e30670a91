"""What can be done with a record now and what cannot: each condition, met or not.

The conditions of an act are made by the same checks that its service asks, so that a page,
a command or an API shows exactly the refusal that trying would give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vlms.core.errors import DomainError, Topic
from vlms.core.text import Text


@dataclass(frozen=True)
class Condition:
    """One thing that must hold; `refusal` is what trying gives while it does not."""

    sentence: Text
    rule: str | None
    refusal: DomainError | None = None

    @property
    def is_met(self) -> bool:
        return self.refusal is None

    def as_json(self) -> dict[str, Any]:
        """For programs: the rule and, while it is not met, the refusal with its reason code."""
        found: dict[str, Any] = {
            "sentence": str(self.sentence),
            "rule": self.rule,
            "is_met": self.is_met,
        }
        return found if self.refusal is None else {**found, **refusal_json(self.refusal)}


@dataclass(frozen=True)
class Act:
    """A button: a stable name for machines, its words, where it leads, and its conditions.

    `values` are those of its address; `is_final` says that it cannot be undone, `is_sent`
    that its button does it at once, without a page between.
    """

    name: str
    label: Text
    picture: str
    endpoint: str
    conditions: Sequence[Condition]
    values: Mapping[str, Any] = field(default_factory=dict)
    is_final: bool = False
    is_sent: bool = False

    @property
    def refusal(self) -> DomainError | None:
        """What trying gives now: that of the first condition that is not met."""
        return next((c.refusal for c in self.conditions if c.refusal is not None), None)

    @property
    def is_possible(self) -> bool:
        return self.refusal is None

    def as_json(self) -> dict[str, Any]:
        """For programs: whether it is possible, and each condition."""
        return {
            "act": self.name,
            "is_possible": self.is_possible,
            "reason": self.refusal.reason if self.refusal else None,
            "conditions": [one.as_json() for one in self.conditions],
        }


@dataclass(frozen=True)
class RefusedActs:
    """Acts that are all refused alike: said once, however many buttons they are."""

    refusal: DomainError
    acts: Sequence[Act]

    @property
    def conditions(self) -> Sequence[Condition]:
        """Those of all the acts, each sentence once, the met ones first."""
        found = {
            (str(one.sentence), one.is_met): one for act in self.acts for one in act.conditions
        }
        return sorted(found.values(), key=lambda one: not one.is_met)


def condition(sentence: Text, rule: str | None, check: Callable[[], object]) -> Condition:
    """A condition that holds when `check` raises no refusal."""
    try:
        check()
    except DomainError as refusal:
        return Condition(sentence, rule, refusal)
    return Condition(sentence, rule)


def in_turn(conditions: Iterable[Condition]) -> Iterator[Condition]:
    """Each is asked only while the one before it holds."""
    for one in conditions:
        yield one
        if not one.is_met:
            return


def require(conditions: Iterable[Condition]) -> None:
    """Raise the refusal of the first condition that does not hold."""
    for one in conditions:
        if one.refusal is not None:
            raise one.refusal


def possible(acts: Iterable[Act]) -> list[Act]:
    return [act for act in acts if act.is_possible]


def refused_alike(acts: Iterable[Act]) -> list[RefusedActs]:
    """The acts that are not possible, in groups with the same rule, reason and words."""
    groups: dict[tuple[str | None, str, str], list[Act]] = {}
    for act in acts:
        if act.refusal is not None:
            groups.setdefault(_key(act.refusal), []).append(act)
    return [RefusedActs(found[0].refusal, found) for found in groups.values() if found[0].refusal]


def _key(refusal: DomainError) -> tuple[str | None, str, str]:
    return refusal.rule, refusal.reason, str(refusal)


def refusal_json(refusal: DomainError) -> dict[str, Any]:
    """A refusal's values for programs, with its words in the reader's language."""
    return {
        "reason": refusal.reason,
        "refused_by": refusal.rule,
        "refusal": str(refusal.sentence),
        "way_out": None if refusal.way_out is None else str(refusal.way_out),
        "ask": _topic(refusal.ask),
    }


def _topic(topic: Topic | None) -> str | None:
    return None if topic is None else topic.value
