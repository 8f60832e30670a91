"""The round of a day: an organisation's codes in small pieces, each with its due reminders (F8).

A piece takes its turn by one guarded statement together with what it writes: of two workers
one goes on, and one that was killed leaves nothing half done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.codes.models import Code
from vlms.core.attempts import OpenWork, in_work
from vlms.core.clock import local_day
from vlms.core.doubles import broken_index
from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.giving.errors import ReminderRefused
from vlms.giving.models.reminders import ReminderRound
from vlms.giving.queries.reminders import (
    find_round,
    held_codes,
    list_assigned,
    list_buyers,
    list_occasions,
    plan_of,
)
from vlms.giving.rules.reminders import FROM_HOUR, Nudge, Plan, nudge_due
from vlms.giving.service.reminder_digest import send_digest, warn_of_ends
from vlms.giving.service.reminding import send

# So many codes a piece, so that others are not kept waiting.
AT_ONCE = 100
_LISTED = 1_000


def run_rounds(open_work: OpenWork, slug: str | None = None) -> int:
    """The rounds of the day that are not over, of all organisations or one; how many pieces."""
    with open_work() as work:
        keys = [each.id for each in list_buyers(work.session) if slug in (None, each.slug)]
    pieces = 0
    for key in keys:
        while in_work(open_work, _piece_of(key)):
            pieces += 1
    return pieces


def _piece_of(organisation_id: UUID) -> Callable[[Work], bool]:
    return lambda work: take_piece(work, organisation_id)


def take_piece(work: Work, organisation_id: UUID, at_once: int = AT_ONCE) -> bool:
    """The next piece of the organisation's day; False when there is none, or another has it."""
    place = work.session.get_one(Organisation, organisation_id)
    if work.now.astimezone(ZoneInfo(place.time_zone)).hour < FROM_HOUR:
        return False
    today = work.today(place.time_zone)
    current = find_round(work.session, organisation_id)
    if current is None or current.day < today:
        return _begin(work, place, current, today)
    return not current.is_over and _go_on(work, current, at_once)


def _begin(work: Work, place: Organisation, last: ReminderRound | None, today: date) -> bool:
    """A new day: what is left of an earlier one is passed over; the admins are told first."""
    if last is None:
        if not _is_first(work, place.id, today):
            return False
    elif not _turn(work, last, day=today, seen_id=None, is_over=False):
        return False
    warn_of_ends(work, place)
    send_digest(work, place, today)
    return True


def _is_first(work: Work, organisation_id: UUID, today: date) -> bool:
    try:
        with work.session.begin_nested():
            work.session.add(
                ReminderRound(organisation_id=organisation_id, day=today, is_over=False)
            )
    except IntegrityError as error:
        if broken_index(error) != "uq_reminder_round":
            raise
        return False
    return True


def _go_on(work: Work, current: ReminderRound, at_once: int) -> bool:
    key = current.organisation_id
    codes = list_assigned(work.session, key, work.now, current.seen_id, at_once)
    if not codes:
        _turn(work, current, is_over=True)
        return False
    if not _turn(work, current, seen_id=codes[-1].id):
        return False
    plan = plan_of(work.session, key)
    for code, nudge in _due(work.session, codes, plan, work.now):
        _send(work, code, nudge, plan)
    return True


def list_due(session: Session, organisation_id: UUID, now: datetime) -> list[tuple[Code, Nudge]]:
    """The planned reminders that are due and were not sent, of the first codes."""
    codes = list_assigned(session, organisation_id, now, None, _LISTED)
    return list(_due(session, codes, plan_of(session, organisation_id), now))


def _due(
    session: Session, codes: Sequence[Code], plan: Plan, now: datetime
) -> Iterator[tuple[Code, Nudge]]:
    sent = list_occasions(session, [code.id for code in codes])
    held = held_codes(session, codes, now)
    for code in codes:
        nudge = nudge_due(plan, held[code.id], local_day(now, code.time_zone))
        if nudge is not None and (code.id, nudge.occasion) not in sent:
            yield code, nudge


def _send(work: Work, code: Code, nudge: Nudge, plan: Plan) -> None:
    """What ends soon cannot wait for another week; the others keep to the cap, and wait."""
    cap = None if nudge.is_before else plan.weekly_cap
    try:
        with work.session.begin_nested():
            send(work, code, nudge.occasion, cap)
    except ReminderRefused:
        return


def _turn(work: Work, current: ReminderRound, **values: object) -> bool:
    """Go a step on, if nobody else has."""
    as_read = (
        ReminderRound.id == current.id,
        ReminderRound.day == current.day,
        ReminderRound.seen_id.is_(None)
        if current.seen_id is None
        else ReminderRound.seen_id == current.seen_id,
        ReminderRound.is_over.is_(current.is_over),
    )
    taken = guarded_update(work.session, ReminderRound, *as_read, **values)
    work.session.expire(current)
    return taken == 1
