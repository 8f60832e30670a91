"""What a page shows of a code: its state, appointment, last moments and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vlms.catalog.models import Exam, Product
from vlms.catalog.queries import list_exams
from vlms.codes.holder_queries import list_registrations
from vlms.codes.models import Code, Registration
from vlms.codes.rules.appointment import AppointmentTerms, free_cancel_until
from vlms.codes.rules.lifecycle import Kind, Step
from vlms.codes.rules.shown_state import Shown, shown_state
from vlms.codes.rules.steps import check_kind, next_state
from vlms.codes.service.parties import Standing
from vlms.codes.service.registering import retires_at
from vlms.codes.service.transition import kind_of
from vlms.codes.sheets import terms_of
from vlms.core.errors import DomainError
from vlms.core.text import Text

ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Card:
    """One code as its page shows it; `appointment` is the open one of `registrations`."""

    code: Code
    shown: Shown
    registrations: Sequence[Registration]
    appointment: Registration | None

    @property
    def is_library(self) -> bool:
        return kind_of(self.code) is Kind.LIBRARY

    @property
    def terms(self) -> Sequence[Text]:
        return terms_of(self.code)

    @property
    def is_open(self) -> bool:
        """Whether the holder may still see and use it."""
        return self.shown in (Shown.ASSIGNED, Shown.REGISTERED)

    @property
    def last_moment(self) -> datetime:
        """The last minute of the last day, for reading; the code ends right after it (C5)."""
        return self.code.expires_at - ONE_MINUTE

    @property
    def cancel_by(self) -> datetime | None:
        """Until when cancelling leaves the code with its person (C3)."""
        if self.appointment is None:
            return None
        return free_cancel_until(self.appointment.starts_at, AppointmentTerms())


def free_cancel_from(now: datetime) -> datetime:
    """C3: only an appointment that starts at this moment or later can still be cancelled free."""
    return now + AppointmentTerms().free_cancel_before


def card_of(look: Standing, code: Code) -> Card:
    """A code's card."""
    return _card(look, code, list_registrations(look.session, code.id))


def cards_of(look: Standing, codes: Sequence[Code]) -> list[Card]:
    """Cards of many codes."""
    found = list_registrations(look.session, *(code.id for code in codes))
    return [_card(look, code, [r for r in found if r.code_id == code.id]) for code in codes]


def why_no_exam(card: Card) -> DomainError | None:
    """Why the code takes no exam now, whoever asks: for staff, with its reason code (F7)."""
    try:
        check_kind(Step.REGISTER, kind_of(card.code))
        next_state(card.code.state, Step.REGISTER, expired=card.shown is Shown.EXPIRED)
    except DomainError as refusal:
        return refusal
    return None


def _card(look: Standing, code: Code, registrations: Sequence[Registration]) -> Card:
    appointment = next((r for r in registrations if r.is_open), None)
    starts_at = appointment.starts_at if appointment else None
    shown = shown_state(code.state, code.expires_at, look.now, starts_at)
    return Card(code, shown, registrations, appointment)


def exams_for(look: Standing, product: Product, zone: str) -> Sequence[Exam]:
    """The exams that a product's codes open and that are not retired now."""
    families = [family.key for family in product.families]
    exams = list_exams(look.session, *families) if families else []
    ends = {exam.number: retires_at(product, exam, zone) for exam in exams}
    return [e for e in exams if (end := ends[e.number]) is None or end > look.now]
