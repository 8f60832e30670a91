"""Judges the codes of a moving-in: state, person, days and text must go together (C2–C6).

A code of which only the last characters are known cannot be shown, found or given here: its
holder has its text elsewhere. It is taken in from *assigned* on, so that every paid code is
accounted for; a free or reserved one needs its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from vlms.codes.errors import BadCodeText
from vlms.codes.rules.code_text import last_symbols, normalise, normalise_provided
from vlms.codes.rules.expiry import (
    Expiry,
    LastDayReason,
    LineTerm,
    ProviderDate,
    code_expiry,
)
from vlms.codes.rules.lifecycle import State
from vlms.codes.rules.text_refusals import too_short
from vlms.core.errors import BadInput
from vlms.core.term import end_of_day
from vlms.core.text import Text, _
from vlms.planning.rules.opening_facts import LineFacts

EXPIRED = "expired"
_TEXTLESS = frozenset(State) - {State.AVAILABLE, State.RESERVED}
_HELD = frozenset(State) - {State.AVAILABLE, State.VOID}
_DAYS = ("assigned_on", "claimed_on", "ended_on")
_FORBIDDEN_DAYS = {
    State.AVAILABLE: _DAYS,
    State.RESERVED: _DAYS,
    State.ASSIGNED: ("ended_on",),
    State.REGISTERED: ("ended_on",),
}


def state_of(values: Mapping[str, Any]) -> State:
    """The state; what has expired keeps the one in which it did (C6)."""
    if values["state"] != EXPIRED:
        return State(values["state"])
    return State.ASSIGNED if values["holder"] else State.AVAILABLE


# A workbook is told whether a code is held already (C7): shorter ones could be guessed so.
SHORTEST_BROUGHT = 10


def text_of(values: Mapping[str, Any]) -> tuple[str | None, str, bool]:
    """The normalised text, its last characters, whether it is of our own kind (C7).

    Raises BadInput when neither is told, or they do not agree.
    """
    typed, last4 = values["code"], values["last4"]
    if typed is None:
        if last4 is None:
            raise _bad(
                "C7",
                "code",
                _("There is neither a code nor its last characters."),
                _("Enter the code, or its last four characters."),
            )
        return None, last4.upper(), False
    text, is_own = _normalised(typed)
    if last4 is not None and not text.endswith(last4.upper()):
        raise _bad(
            "C7",
            "last4",
            _("The last characters are not those of the code."),
            _("Leave them empty, or correct them."),
        )
    return text, last_symbols(text), is_own


def _normalised(typed: str) -> tuple[str, bool]:
    try:
        return normalise(typed), True
    except BadCodeText:
        text = normalise_provided(typed)
    if len(text) < SHORTEST_BROUGHT:
        raise too_short(len(text), SHORTEST_BROUGHT)
    return text, False


def wrong_in_code(values: Mapping[str, Any], line: LineFacts, today: date) -> Iterator[BadInput]:
    """What does not go together; `today` in the agreement's zone."""
    state = state_of(values)
    yield from _wrong_person(values, state)
    yield from _wrong_kind(state, line)
    yield from _wrong_days(values, state)
    yield from _wrong_order(values, today)
    yield from _wrong_appointment(values, state)
    if values["code"] is None and state not in _TEXTLESS and values["state"] != EXPIRED:
        yield _bad(
            "C7",
            "code",
            _("The text of a code that nobody has yet is missing."),
            _("Enter the whole code: without it it could not be given to anybody."),
        )
    if state is State.VOID and values["holder"] and not values["reference"]:
        yield _bad(
            "C6",
            "reference",
            _("An assigned code is void only with a case number."),
            _("Enter the provider's case number."),
        )


def _wrong_person(values: Mapping[str, Any], state: State) -> Iterator[BadInput]:
    if state in _HELD and not values["holder"]:
        yield _bad(
            "C2",
            "holder",
            _("The person of this code is missing."),
            _("Enter the number or e-mail address of the person who has it."),
        )
    if state is State.AVAILABLE and values["holder"]:
        yield _bad(
            "C2",
            "holder",
            _("A code that nobody has is said to be somebody's."),
            _("Leave the person empty, or write reserved or assigned."),
        )


def _wrong_kind(state: State, line: LineFacts) -> Iterator[BadInput]:
    exam_only = {State.REGISTERED, State.USED, State.FORFEITED}
    if line.product.is_library and state in exam_only:
        yield _bad(
            "C4",
            "state",
            _("A library is activated, not registered or used."),
            _("Write activated or assigned."),
        )
    if not line.product.is_library and state is State.ACTIVATED:
        yield _bad(
            "C3",
            "state",
            _("An exam's code is used, not activated."),
            _("Write used, forfeited or registered."),
        )


def _wrong_days(values: Mapping[str, Any], state: State) -> Iterator[BadInput]:
    for name in _FORBIDDEN_DAYS.get(state, ()):
        if values[name] is not None:
            yield _bad(
                "C6",
                name,
                _("This day does not go with the state."),
                _("Leave it empty, or correct the state."),
            )
    for name in _needed_days(state):
        if values[name] is None:
            yield _bad("C6", name, _("The day is missing on which that happened."), _("Enter it."))


def _wrong_order(values: Mapping[str, Any], today: date) -> Iterator[BadInput]:
    told = [(name, values[name]) for name in _DAYS if values[name] is not None]
    for (_before, first), (name, second) in pairwise(told):
        if second < first:
            yield _bad(
                "C6",
                name,
                _("This day is before the one that it follows."),
                _("Enter a day from %(day)s on.", day=first),
            )
    for name, day in told:
        if day > today:
            yield _bad(
                "C3",
                name,
                _("%(day)s is still to come.", day=day),
                _("Enter what has happened until %(day)s.", day=today),
            )


def _needed_days(state: State) -> tuple[str, ...]:
    if state in (State.AVAILABLE, State.RESERVED):
        return ()
    if state in (State.ASSIGNED, State.REGISTERED):
        return ("assigned_on",)
    return ("ended_on",) if state is State.VOID else ("assigned_on", "ended_on")


def _wrong_appointment(values: Mapping[str, Any], state: State) -> Iterator[BadInput]:
    if state is State.REGISTERED:
        for name in ("exam", "site", "appointment"):
            if values[name] is None:
                yield _bad(
                    "C3",
                    name,
                    _("A registered code needs exam, place and appointment."),
                    _("Enter them, or write assigned."),
                )
    elif values["appointment"] and state not in (State.USED, State.FORFEITED):
        yield _bad(
            "C3",
            "appointment",
            _("Only a registered or used code has an appointment."),
            _("Leave it empty, or correct the state."),
        )


def expiry_of(values: Mapping[str, Any], line: LineFacts, today: date) -> Expiry:
    """The code's end (C5): the stated day, or the line's.

    Raises BadInput for a day past C5's without the provider's reference, past the agreement,
    and where the state and the last day contradict each other.
    """
    agreement = line.agreement
    term = LineTerm(
        line.charge_end, agreement.last_day, agreement.zone, line.product.lives_to_agreement_end
    )
    expiry = code_expiry(term)
    last_day: date | None = values["last_day"]
    if last_day is not None and last_day < expiry.last_day:
        expiry = code_expiry(term, ProviderDate(last_day, agreement.zone))
    elif last_day is not None and last_day > expiry.last_day:
        expiry = _extended(values, line, expiry)
    if values["state"] == EXPIRED and expiry.last_day >= today:
        raise _bad(
            "C5",
            "state",
            _("The code lasts until %(day)s.", day=expiry.last_day),
            _("Write the state that it has, or correct its last day."),
        )
    return expiry


def _extended(values: Mapping[str, Any], line: LineFacts, expiry: Expiry) -> Expiry:
    last_day, agreement = values["last_day"], line.agreement
    if last_day > agreement.last_day or not values["reference"]:
        raise _bad(
            "C5",
            "last_day",
            _("The last day is after %(day)s, which the line pays for.", day=expiry.last_day),
            _(
                "Enter that day or an earlier one, or the provider's reference of an extension "
                "within the agreement."
            ),
        )
    return Expiry(
        last_day,
        agreement.zone,
        end_of_day(last_day, agreement.zone),
        LastDayReason.PROVIDER_EXTENSION,
    )


def _bad(rule: str, field: str, sentence: Text, way_out: Text) -> BadInput:
    return BadInput(rule, sentence, field=field, way_out=way_out)
