"""Why a code does not work, said to its holder with what to do (C2 to C6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from vlms.codes.rules.lifecycle import Kind, State, has_expired
from vlms.core.errors import Topic
from vlms.core.text import Text, _


class Trouble(StrEnum):
    """The causes, in the order in which they are looked for; a machine-readable reason."""

    REPLACED = "code_replaced"
    VOID = "code_void"
    USED = "code_used"
    FORFEITED = "code_forfeited"
    ACTIVATED = "code_activated"
    EXPIRED = "code_expired"
    IN_DELAY = "code_delay_running"
    REGISTERED = "code_registered"
    NOT_YET = "code_not_usable_yet"
    NO_TERMS = "code_terms_missing"
    EXAM_UNKNOWN = "exam_unknown"
    NO_EXAM = "code_kind"
    OTHER_EXAM = "exam_of_other_family"
    EXAM_RETIRED = "exam_retired"
    OTHER_REGION = "code_other_region"
    NONE = "code_good"


@dataclass(frozen=True)
class Asked:
    """The exam that the holder wants to book: its family, and whether it is retired now.

    `family` None: there is no exam of that number.
    """

    number: str
    family: str | None
    is_retired: bool


@dataclass(frozen=True)
class Standing:
    """How a code stands when its holder asks."""

    state: State
    kind: Kind
    expires_at: datetime
    usable_at: datetime
    starts_at: datetime | None = None
    assign_due_at: datetime | None = None
    has_terms: bool = True
    is_replaced: bool = False
    families: frozenset[str] = frozenset()
    # Where the code may be used; None: everywhere.
    region: str | None = None


@dataclass(frozen=True)
class Finding:
    """What is wrong, or that nothing is: reason, rule, sentence, way out, whom to ask (O7)."""

    trouble: Trouble
    rule: str
    sentence: Text
    way_out: Text
    ask: Topic | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def find_trouble(standing: Standing, now: datetime, asked: Asked | None = None) -> Finding | None:
    """The first cause that stands in the way, `NONE` when there is none to be seen here.

    None for a code that is nobody's yet: its text tells nobody anything (C2).
    """
    trouble = _of_code(standing, now)
    if standing.state is State.AVAILABLE or (
        standing.state is State.RESERVED and standing.assign_due_at is None
    ):
        return None
    trouble = trouble or _of_exam(standing, asked) or _of_region(standing) or Trouble.NONE
    rule, sentence, way_out, ask = _WORDS[trouble]
    return Finding(trouble, rule, sentence, way_out, ask)


def _of_code(standing: Standing, now: datetime) -> Trouble | None:
    if standing.state is State.VOID:
        return Trouble.REPLACED if standing.is_replaced else Trouble.VOID
    if standing.state in _ENDED:
        return _ENDED[standing.state]
    if has_expired(standing.state, standing.expires_at, now, standing.starts_at):
        return Trouble.EXPIRED
    return _of_time(standing, now)


def _of_time(standing: Standing, now: datetime) -> Trouble | None:
    if standing.state is State.RESERVED:
        return Trouble.IN_DELAY
    if standing.state is State.REGISTERED:
        return Trouble.REGISTERED
    if now < standing.usable_at:
        return Trouble.NOT_YET
    return None if standing.has_terms else Trouble.NO_TERMS


def _of_exam(standing: Standing, asked: Asked | None) -> Trouble | None:
    if asked is None:
        return None
    if standing.kind is Kind.LIBRARY:
        return Trouble.NO_EXAM
    if asked.family is None:
        return Trouble.EXAM_UNKNOWN
    if asked.family not in standing.families:
        return Trouble.OTHER_EXAM
    return Trouble.EXAM_RETIRED if asked.is_retired else None


def _of_region(standing: Standing) -> Trouble | None:
    return Trouble.OTHER_REGION if standing.region else None


_ENDED = {
    State.USED: Trouble.USED,
    State.FORFEITED: Trouble.FORFEITED,
    State.ACTIVATED: Trouble.ACTIVATED,
}

_WORDS: dict[Trouble, tuple[str, Text, Text, Topic | None]] = {
    Trouble.REPLACED: (
        "C6",
        _("This code was defective and has been replaced by another one."),
        _("Use the new code; it is among your codes."),
        None,
    ),
    Trouble.VOID: (
        "C6",
        _("This code is void."),
        _("Ask the contact below whether you get another one."),
        Topic.CODES,
    ),
    Trouble.USED: (
        "C6",
        _("This code has been used: an exam was started with it."),
        _("A code is good for one exam. For another exam, or a retake, you need another code."),
        Topic.CODES,
    ),
    Trouble.FORFEITED: (
        "C3",
        _("This code is forfeited: its appointment was missed or cancelled too late."),
        _("You need another code. If you were there, let the exam provider correct the record."),
        Topic.EXAM_PROVIDER,
    ),
    Trouble.ACTIVATED: (
        "C4",
        _("This code has been activated: your library is open."),
        _("Sign in to the library with your own account there; the code is not asked for again."),
        Topic.CODES,
    ),
    Trouble.EXPIRED: (
        "C5",
        _("This code has expired. Unused codes lapse, and nobody here can extend one."),
        _("Ask the contact below whether you get another code."),
        Topic.CODES,
    ),
    Trouble.IN_DELAY: (
        "C2",
        _("This code is about to become yours; the person who gives it may still call it back."),
        _("Wait for the mail with your link; it comes by itself."),
        None,
    ),
    Trouble.REGISTERED: (
        "C3",
        _("This code is registered for an exam; it registers one exam at a time."),
        _(
            "To take another day, move the appointment. To take another exam, cancel it at least "
            "24 hours before it starts; the code is then free again."
        ),
        None,
    ),
    Trouble.NOT_YET: (
        "O1",
        _("This code cannot be used yet: its agreement has not begun."),
        _("Book an exam that starts after the first day below."),
        None,
    ),
    Trouble.NO_TERMS: (
        "C4",
        _("You have not accepted the terms of this code yet."),
        _("Open the code, read its terms and accept them; then copy the code from its page."),
        None,
    ),
    Trouble.EXAM_UNKNOWN: (
        "C3",
        _("There is no exam of that number in the catalogue."),
        _("Compare the number with the exam provider's page, for example AZ-900."),
        Topic.EXAM_PROVIDER,
    ),
    Trouble.NO_EXAM: (
        "C4",
        _("This code unlocks a library; it registers no exam."),
        _("Use an exam voucher for the exam, and this code in the library."),
        Topic.CODES,
    ),
    Trouble.OTHER_EXAM: (
        "C3",
        _("This code is not good for that exam."),
        _("Choose an exam of the families below, or use another code."),
        Topic.CODES,
    ),
    Trouble.EXAM_RETIRED: (
        "C3",
        _("That exam has been retired and can no longer be taken."),
        _("Choose another exam that the code is good for."),
        Topic.EXAM_PROVIDER,
    ),
    Trouble.OTHER_REGION: (
        "C3",
        _("The code itself is in order, but it can be used in one region only."),
        _("Choose a test centre in the region below; elsewhere the exam provider refuses it."),
        Topic.EXAM_PROVIDER,
    ),
    Trouble.NONE: (
        "C3",
        _("The code is in order: it is yours, not used, and can be used now."),
        _(
            "Copy it from its page instead of typing it, and check that you are on the site of "
            "the exam provider below. If it is still refused, ask for help."
        ),
        Topic.EXAM_PROVIDER,
    ),
}
