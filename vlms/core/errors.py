"""Refusals: what the rules do not allow, said so that a person can go on."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from vlms.core.text import Text, bracketed, sentences


class Topic(StrEnum):
    """Whom to ask (O7): the contact of an agreement that a refusal points to."""

    PRICING = "pricing"
    CODES = "codes"
    EXAM_PROVIDER = "exam_provider"
    CERTIFICATION_PROFILES = "certification_profiles"
    PARTNER_SUPPORT = "partner_support"
    ACCOUNT = "account"


class DomainError(Exception):
    """A refusal by a rule.

    `rule` is its number (docs/rules.md) or None, `sentence` what is wrong, `reason` a
    stable word for machines, `field` the input it concerns, `way_out` what to do next,
    `ask` whom to ask (O7), `facts` plain values that a page or API may show.
    """

    reason = "refused"

    def __init__(  # noqa: PLR0913 (one refusal, all of it named)
        self,
        rule: str | None,
        sentence: Text,
        *,
        reason: str | None = None,
        field: str | None = None,
        way_out: Text | None = None,
        ask: Topic | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.rule = rule
        self.sentence = sentence
        self.reason = reason or type(self).reason
        self.field = field
        self.way_out = way_out
        self.ask = ask
        self.facts = dict(facts or {})
        super().__init__(rule, sentence.singular)

    def __str__(self) -> str:
        rule = bracketed(self.rule).lstrip() if self.rule else ""
        return sentences(self.sentence, self.way_out or "", rule)


class BadInput(DomainError):
    """A value that cannot be read: a number, a date, a file."""

    reason = "bad_input"


class NotFound(DomainError):
    """Nothing here by that name, or nothing that this scope may see."""

    reason = "not_found"


class Gone(DomainError):
    """It was here and is not any more: a link that was used, a file past its time."""

    reason = "gone"


class Forbidden(DomainError):
    """The actor's roles do not allow this."""

    reason = "forbidden"


class Conflict(DomainError):
    """Somebody else was first, or the record has moved on."""

    reason = "conflict"


class TooMany(DomainError):
    """Tried too often within the hour; later it is possible again."""

    reason = "too_many"


class Busy(DomainError):
    """What it takes is held by others just now; in a moment it is possible (503)."""

    reason = "busy"


def frames_of(error: BaseException) -> str:
    """Where an error came from, for the log, and from what other error.

    Not its message: those of databases and mail servers repeat what was written.
    """
    told = "".join(traceback.format_tb(error.__traceback__))
    cause = error.__cause__
    return told if cause is None else f"{told}from {type(cause).__name__}\n{frames_of(cause)}"
