"""A holder's codes on one page: what needs them first, then by deadline, what is over last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vlms.catalog.models import ExamProvider
from vlms.catalog.rules.retake import Retake
from vlms.codes.holder_cards import Card
from vlms.codes.models import Registration, StatedResult
from vlms.codes.service.parties import Standing
from vlms.codes.service.stating import find_retake, may_state


class Need(StrEnum):
    """What a holder does next with a code, the most pressing first."""

    RESULT = "result"
    TERMS = "terms"
    ACTIVATE = "activate"
    BOOK = "book"
    WAIT = "wait"
    SIT = "sit"
    NOTHING = "nothing"


_ORDER = {need: place for place, need in enumerate(Need)}


@dataclass(frozen=True)
class Shelf:
    """The cards that can still be used, and those that are over."""

    open: Sequence[Card]
    over: Sequence[Card]
    # The codes whose exam was failed, and when it may be taken again (A4).
    retakes: Mapping[UUID, Retake]


def shelf_of(look: Standing, cards: Sequence[Card]) -> Shelf:
    """Put a holder's cards in the order in which they need them."""
    now = look.now
    usable = sorted((c for c in cards if c.is_open), key=lambda c: _place(c, now))
    over = sorted((c for c in cards if not c.is_open), key=_ended_at, reverse=True)
    return Shelf(usable, over, _retakes(look, cards))


def need_of(card: Card, now: datetime) -> Need:
    """What its holder does next."""
    if not card.is_open:
        return Need.RESULT if unstated(card, now) else Need.NOTHING
    if card.appointment is not None:
        return Need.RESULT if unstated(card, now) else Need.SIT
    if card.code.terms_accepted_at is None:
        return Need.TERMS
    if card.code.usable_at > now:
        return Need.WAIT
    return Need.ACTIVATE if card.is_library else Need.BOOK


def unstated(card: Card, now: datetime) -> Registration | None:
    """The newest appointment, if it is over and its holder has not said how it went."""
    newest = next(iter(card.registrations), None)
    if newest is None or newest.stated_result is not None or not may_state(newest, now):
        return None
    return newest


def providers_of(card: Card) -> Sequence[ExamProvider]:
    """Where the exams of a code are booked, each once."""
    found = {f.provider.key: f.provider for f in card.code.product.families if f.provider}
    return list(found.values())


def _place(card: Card, now: datetime) -> tuple[int, datetime, UUID]:
    deadline = card.appointment.starts_at if card.appointment else card.code.expires_at
    return _ORDER[need_of(card, now)], deadline, card.code.id


def _ended_at(card: Card) -> datetime:
    return card.code.ended_at or card.code.expires_at


def _retakes(look: Standing, cards: Sequence[Card]) -> dict[UUID, Retake]:
    """By the code of the newest attempt at each exam."""
    by_exam: dict[str, list[tuple[Registration, Card]]] = {}
    for card in cards:
        for one in card.registrations:
            if one.stated_result is not None:
                by_exam.setdefault(one.exam_number, []).append((one, card))
    found = {}
    for pairs in by_exam.values():
        newest, card = max(pairs, key=lambda pair: pair[0].starts_at)
        retake = find_retake(look.session, [one for one, _card in pairs], card.code.time_zone)
        if newest.stated_result is StatedResult.FAILED and retake is not None:
            found[card.code.id] = retake
    return found
