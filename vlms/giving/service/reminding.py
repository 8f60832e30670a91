"""Reminds the holder of a code, once for each occasion and within the week's cap (F8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.service.telling import claim_link
from vlms.core.clock import local_day
from vlms.core.doubles import broken_index
from vlms.core.errors import DomainError
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.giving.errors import ReminderRefused
from vlms.giving.models.reminders import CodeReminder
from vlms.giving.queries.reminders import (
    count_of_week,
    held_codes,
    list_occasions,
    plan_of,
)
from vlms.giving.rules.reminders import Silence, week_of, why_silent
from vlms.notices.outbox import Mail, Recipient, post

# Reminders that cannot wait are not counted against the cap, but nobody gets more than these.
_NO_CAP = 100
_WHY: Mapping[Silence, Text] = {
    Silence.NOT_ASSIGNED: _("This code is not assigned, so nobody can be reminded of it."),
    Silence.BOOKED: _("An exam is booked with this code, so there is nothing to remind of."),
    Silence.USED: _("This code was used."),
    Silence.FORFEITED: _("This code was forfeited."),
    Silence.VOID: _("This code is void."),
    Silence.EXPIRED: _("This code has expired."),
    Silence.LEFT: _("Its holder has left; a code never passes to somebody else."),
    Silence.NO_ADDRESS: _("Its holder has no e-mail address."),
    Silence.BOUNCED: _("The last mail to this address came back."),
}
_WAYS: Mapping[Silence, Text] = {
    Silence.NOT_ASSIGNED: _("Assign it first."),
    Silence.NO_ADDRESS: _("Enter an address with the person."),
    Silence.BOUNCED: _("Correct the address; then the link is sent again."),
}


@dataclass(frozen=True)
class Turn:
    """Of what a reminder is, the week in which it counts, and who asked for it, if anybody did."""

    occasion: str
    week: str
    asked_by: UUID | None


def remind(work: Work, code_id: UUID) -> Code:
    """Remind a code's holder because somebody asked for it, once a day.

    Raises NotFound, and ReminderRefused when there is nothing to remind of, or the week's
    reminders of the person are used up.
    """
    code = get_code(work.session, code_id)
    held = held_codes(work.session, [code], work.now)[code.id]
    silence = why_silent(held)
    if silence is not None:
        raise silent(silence)
    plan = plan_of(work.session, code.organisation_id)
    today = work.today(code.time_zone)
    send(work, code, f"asked-{today.isoformat()}", plan.weekly_cap)
    return code


def count_nudge(work: Work, code: Code) -> None:
    """Count what a manager writes to one of theirs among the person's reminders of the week.

    A manager sees neither the plan nor what others sent. Raises ReminderRefused beyond the cap.
    """
    person = code.person
    assert person is not None, "an assigned code has a holder"
    week = week_of(work.today(code.time_zone))
    asked_by = work.actor.user_id
    with work.as_system("how many reminders a person gets in a week"):
        cap = plan_of(work.session, code.organisation_id).weekly_cap
        _take_slot(work, code, person, Turn(f"team-{week}", week, asked_by), cap)


def send(work: Work, code: Code, occasion: str, cap: int | None) -> None:
    """Write a reminder into the outbox. Raises ReminderRefused beyond the cap of the week.

    One that was sent on this occasion before is refused too.
    """
    person = code.person
    assert person is not None, "an assigned code has a holder"
    today = work.today(code.time_zone)
    _take_slot(work, code, person, Turn(occasion, week_of(today), work.actor.user_id), cap)
    days_left = (code.last_day - today).days
    # Who has not claimed it may have no way to sign in yet: the link is that way.
    link = None if code.claimed_at else claim_link(work, code)
    facts: dict[str, Any] = {
        "organisation": code.organisation.name,
        "product_en": code.product.name_en,
        "product_zh": code.product.name_zh,
        "last_day": code.last_day.isoformat(),
        "zone": code.time_zone,
        "days_left": days_left,
        "path": f"/my/codes/{code.id}",
    }
    mail = Mail(
        "code_reminder",
        code.id,
        f"code_reminder:{code.id}:{occasion}",
        code.organisation_id,
        code.agreement_id,
        link.id if link else None,
        facts,
    )
    post(work, mail, Recipient(person.name, person.email or "", person.language, person.id))


def _take_slot(work: Work, code: Code, person: Person, turn: Turn, cap: int | None) -> None:
    """Of two at once the second finds the number taken, and takes the next there is."""
    if (code.id, turn.occasion) in list_occasions(work.session, [code.id]):
        raise _was_sent()
    taken = count_of_week(work.session, [person.id], turn.week).get(person.id, 0)
    for slot in range(taken + 1, (_NO_CAP if cap is None else cap) + 1):
        reminder = CodeReminder(
            organisation_id=code.organisation_id,
            agreement_id=code.agreement_id,
            code_id=code.id,
            person_id=person.id,
            occasion=turn.occasion,
            week=turn.week,
            slot=slot,
            sent_at=work.now,
            asked_by=turn.asked_by,
        )
        if _is_kept(work, reminder):
            return
    raise _too_often(cap or _NO_CAP)


def _is_kept(work: Work, reminder: CodeReminder) -> bool:
    work.flush()
    try:
        with work.session.begin_nested():
            work.session.add(reminder)
    except IntegrityError as error:
        broken = broken_index(error)
        if broken == "uq_code_reminder_occasion":
            raise _was_sent() from error
        if broken != "uq_code_reminder_slot":
            raise
        return False
    return True


def refusals(session: Session, codes: Sequence[Code], now: datetime) -> Mapping[UUID, DomainError]:
    """Why holders of some of the codes cannot be reminded now, by few statements."""
    found = {
        code_id: silent(silence)
        for code_id, held in held_codes(session, codes, now).items()
        if (silence := why_silent(held)) is not None
    }
    asked_today = {code.id: f"asked-{local_day(now, code.time_zone).isoformat()}" for code in codes}
    sent = list_occasions(session, list(asked_today))
    caps = {key: plan_of(session, key).weekly_cap for key in {c.organisation_id for c in codes}}
    counts = _counts_of_week(session, codes, now)
    for code in codes:
        if code.id in found or code.person_id is None:
            continue
        week = week_of(local_day(now, code.time_zone))
        if (code.id, asked_today[code.id]) in sent:
            found[code.id] = _was_sent()
        elif counts.get((code.person_id, week), 0) >= caps[code.organisation_id]:
            found[code.id] = _too_often(caps[code.organisation_id])
        else:
            # A second code of the same person counts as well.
            counts[code.person_id, week] = counts.get((code.person_id, week), 0) + 1
    return found


def _counts_of_week(
    session: Session, codes: Sequence[Code], now: datetime
) -> dict[tuple[UUID, str], int]:
    people = [code.person_id for code in codes if code.person_id is not None]
    weeks = {week_of(local_day(now, code.time_zone)) for code in codes}
    return {
        (person_id, week): count
        for week in weeks
        for person_id, count in count_of_week(session, people, week).items()
    }


def silent(silence: Silence) -> ReminderRefused:
    """The refusal for a code of which nobody is reminded."""
    rule = "C2" if silence is Silence.LEFT else None
    way_out = _WAYS.get(silence)
    return ReminderRefused(rule, _WHY[silence], reason=silence.value, way_out=way_out)


def _was_sent() -> ReminderRefused:
    return ReminderRefused(
        None,
        _("Its holder was reminded of this code today."),
        reason="reminded",
        way_out=_("Wait for another day, or speak to them."),
    )


def _too_often(cap: int) -> ReminderRefused:
    return ReminderRefused(
        None,
        _("Its holder has had %(count)s reminders this week; more are not sent.", count=cap),
        reason="weekly_cap",
        way_out=_("Wait for the next week, or change how many the plan allows."),
    )
