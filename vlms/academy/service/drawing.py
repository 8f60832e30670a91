"""Draws exams from a quota and gives them back (A2, A3): never more than it has.

Each step is one guarded statement on the quota's counters and one line a seat in the
append-only ledger, in the same transaction (I3). Nothing is read first and written later. The
seats must have been added to the session before; what has become of them, their own service
says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select

from vlms.academy.errors import DrawRefused
from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind, PackQuota
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.queries.packs import get_quota, rule_of, shares_of
from vlms.academy.rules.quota import done_before, outside_pack, outside_term, over_the_rest
from vlms.academy.service.ledger import ledger_line
from vlms.accounts.models import Organisation
from vlms.core.clock import local_day
from vlms.core.scoping import bulk_insert, guarded_update
from vlms.core.work import Work


def reserve(
    work: Work, quota_id: UUID, seat_ids: Sequence[UUID], starts_at: datetime | None = None
) -> PackQuota:
    """Hold one exam a seat, all of them or none, for an exam at `starts_at` (None: now).

    That instant must be within the pack and the quota's term, and the pack must not be over
    now. Raises DrawRefused (A2, A3) with the numbers: asked, free, who holds the rest; NotFound
    for a quota that the session does not see.
    """
    quota = get_quota(work.session, quota_id)
    at, count = starts_at or work.now, len(seat_ids)
    changed = guarded_update(
        work.session,
        PackQuota,
        PackQuota.id == quota_id,
        PackQuota.reserved_count + PackQuota.used_count + count <= PackQuota.quota_count,
        *_holds(work, quota, at),
        reserved_count=PackQuota.reserved_count + count,
    )
    if changed != 1:
        raise _why_not(work, quota, at, count)
    return _told(work, quota, PackEntryKind.RESERVED, seat_ids)


def give_back(work: Work, quota_id: UUID, seat_ids: Sequence[UUID], reason: str) -> PackQuota:
    """Free what was held for seats that were cancelled or whose candidate did not appear.

    Raises DrawRefused when it is not held any more.
    """
    quota = get_quota(work.session, quota_id)
    count = len(seat_ids)
    changed = guarded_update(
        work.session,
        PackQuota,
        PackQuota.id == quota_id,
        PackQuota.reserved_count >= count,
        reserved_count=PackQuota.reserved_count - count,
    )
    return _told_once(work, quota, changed, PackEntryKind.RETURNED, seat_ids, reason)


def start(
    work: Work, quota_id: UUID, seat_ids: Sequence[UUID], at: datetime | None = None
) -> PackQuota:
    """Consume what was held for seats: their exams started, at `at` (None: now), within the pack.

    All of them or none. Raises DrawRefused after the pack's end, or when it is not held any more.
    """
    quota = get_quota(work.session, quota_id)
    happened_at, count = at or work.now, len(seat_ids)
    changed = guarded_update(
        work.session,
        PackQuota,
        PackQuota.id == quota_id,
        PackQuota.reserved_count >= count,
        PackQuota.pack_id.in_(_open_packs(happened_at)),
        reserved_count=PackQuota.reserved_count - count,
        used_count=PackQuota.used_count + count,
    )
    if changed != 1:
        refusal = _outside_pack(quota, happened_at)
        if refusal is not None:
            raise refusal
    return _told_once(work, quota, changed, PackEntryKind.STARTED, seat_ids)


def reverse(work: Work, quota_id: UUID, seat_id: UUID, reason: str) -> PackQuota:
    """Make free again what was consumed by mistake. Raises DrawRefused when nothing was."""
    quota = get_quota(work.session, quota_id)
    changed = guarded_update(
        work.session,
        PackQuota,
        PackQuota.id == quota_id,
        PackQuota.used_count >= 1,
        used_count=PackQuota.used_count - 1,
    )
    return _told_once(work, quota, changed, PackEntryKind.REVERSED, [seat_id], reason)


def check_free(work: Work, quota: PackQuota, count: int, starts_at: datetime | None = None) -> None:
    """What `reserve` would refuse, for a page that shows it before. Raises DrawRefused."""
    at = starts_at or work.now
    refusal = _outside(work, quota, at)
    if refusal is None and count > quota.free_count:
        refusal = _over(work, quota, count)
    if refusal is not None:
        raise refusal


def _open_packs(at: datetime) -> Select[UUID]:
    return select(Pack.id).where(Pack.usable_at <= at, Pack.expires_at > at)


def _holds(work: Work, quota: PackQuota, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """The pack and the term hold at that instant, and the pack is not over now."""
    day = local_day(at, zone_of(work, quota))
    terms = select(AcademicTerm.id).where(
        AcademicTerm.first_day <= day, AcademicTerm.last_day >= day
    )
    unended = select(Pack.id).where(Pack.expires_at > work.now)
    return (
        PackQuota.pack_id.in_(_open_packs(at)),
        PackQuota.pack_id.in_(unended),
        PackQuota.term_id.is_(None) | PackQuota.term_id.in_(terms),
    )


def zone_of(work: Work, quota: PackQuota) -> str:
    """In which a quota's days are told: the school's, else the institution's."""
    if quota.school is not None and quota.school.time_zone:
        return quota.school.time_zone
    return work.session.get_one(Organisation, quota.organisation_id).time_zone


def _why_not(work: Work, quota: PackQuota, at: datetime, count: int) -> DrawRefused:
    work.session.refresh(quota)
    return _outside(work, quota, at) or _over(work, quota, count)


def _over(work: Work, quota: PackQuota, count: int) -> DrawRefused:
    others = shares_of(work.session, quota.pack, but=quota.id)
    return over_the_rest(count, quota.free_count, others, rule_of(quota.pack))


def _outside(work: Work, quota: PackQuota, at: datetime) -> DrawRefused | None:
    found = _outside_pack(quota, at) or _outside_pack(quota, work.now, ends_only=True)
    if found is not None or quota.term is None:
        return found
    term, day = quota.term, local_day(at, zone_of(work, quota))
    if term.first_day <= day <= term.last_day:
        return None
    return outside_term(day, term.title, term.first_day, term.last_day)


def _outside_pack(quota: PackQuota, at: datetime, *, ends_only: bool = False) -> DrawRefused | None:
    pack = quota.pack
    if at < pack.expires_at and (ends_only or pack.usable_at <= at):
        return None
    zone = ZoneInfo(pack.time_zone)
    return outside_pack(
        at.astimezone(zone).date(),
        pack.usable_at.astimezone(zone).date(),
        pack.last_day,
        rule_of(pack),
    )


def _told_once(
    work: Work,
    quota: PackQuota,
    changed: int,
    kind: PackEntryKind,
    seat_ids: Sequence[UUID],
    reason: str | None = None,
) -> PackQuota:
    if changed != 1:
        raise done_before(rule_of(quota.pack))
    return _told(work, quota, kind, seat_ids, reason)


def _told(
    work: Work,
    quota: PackQuota,
    kind: PackEntryKind,
    seat_ids: Sequence[UUID],
    reason: str | None = None,
) -> PackQuota:
    """Write the ledger of a change that was made; the quota as it is now."""
    if seat_ids:
        bulk_insert(
            work.session,
            PackEntry,
            [ledger_line(work, quota, kind, 1, reason, seat) for seat in seat_ids],
        )
    work.session.refresh(quota)
    return quota
