"""Gives a pack to schools, takes back what is free, moves it between them (A2, F11).

Each change is a guarded statement on the pack's and the quota's counters and a line of the
ledger. The pack's row is always changed first, so that no two changes wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.academy.errors import QuotaRefused
from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind, PackQuota, quota_place
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.queries.packs import (
    covered_places,
    get_pack,
    get_quota,
    holder_name,
    holders_of,
)
from vlms.academy.rules.quota import more_than_free, more_than_left
from vlms.academy.service.ledger import ledger_line
from vlms.academy.service.pack_conditions import (
    check_count,
    check_reason,
    giving_conditions,
    taking_conditions,
)
from vlms.academy.service.pack_mail import tell_coordinators
from vlms.accounts.models import School
from vlms.audit.service import journal
from vlms.core.acts import require
from vlms.core.errors import NotFound
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class Place:
    """Of which school and term a quota is; None: all schools, as long as the pack."""

    school_id: UUID | None = None
    term_id: UUID | None = None


def give(work: Work, pack_id: UUID, place: Place, count: int) -> PackQuota:
    """Give so many exams of a pack; the school's coordinators are told.

    Raises Forbidden, QuotaRefused (A2) with the numbers, BadInput, NotFound.
    """
    pack = get_pack(work.session, pack_id)
    require(giving_conditions(work.actor, pack, work.now))
    check_count(count)
    check_place(work, pack, place)
    changed = guarded_update(
        work.session,
        Pack,
        Pack.id == pack.id,
        Pack.allotted_count + count <= Pack.capacity,
        Pack.expires_at > work.now,
        allotted_count=Pack.allotted_count + count,
    )
    work.session.refresh(pack)
    if changed != 1:
        raise more_than_left(
            count, pack.capacity - pack.allotted_count, holders_of(work.session, pack)
        )
    quota = _add(work, pack, place, count)
    tell_coordinators(work, quota, count)
    return quota


def recall(work: Work, quota_id: UUID, count: int, reason: str) -> PackQuota:
    """Take back what is free of a quota, and no more (F11.4).

    Raises Forbidden, QuotaRefused (A2) with the numbers, BadInput, NotFound.
    """
    quota = get_quota(work.session, quota_id)
    require(taking_conditions(work.actor, quota, work.now))
    check_count(count)
    check_reason(reason)
    guarded_update(
        work.session,
        Pack,
        Pack.id == quota.pack_id,
        Pack.allotted_count >= count,
        allotted_count=Pack.allotted_count - count,
    )
    quota = _take(work, quota, count, reason)
    work.session.refresh(quota.pack)
    return quota


def move(work: Work, quota_id: UUID, to: Place, count: int, reason: str) -> PackQuota:
    """Move what is free of a quota to another school or term of the same pack.

    The quota that grew is returned; its coordinators are told. Raises as `recall` and `give` do.
    """
    quota = get_quota(work.session, quota_id)
    require(taking_conditions(work.actor, quota, work.now))
    check_count(count)
    check_reason(reason)
    check_place(work, quota.pack, to)
    if quota_place(to.school_id, to.term_id) == quota.place:
        raise QuotaRefused(
            "A2",
            _("This is the quota that the exams would be moved from."),
            reason="same_quota",
            field="school",
            way_out=_("Choose another school or term."),
        )
    # Whoever changes quotas of a pack waits here for the others.
    guarded_update(work.session, Pack, Pack.id == quota.pack_id, allotted_count=Pack.allotted_count)
    _take(work, quota, count, reason)
    grown = _add(work, quota.pack, to, count, reason)
    tell_coordinators(work, grown, count)
    return grown


def check_place(work: Work, pack: Pack, place: Place) -> None:
    """Raises NotFound for a school or term of others, QuotaRefused for one that does not fit."""
    if place.school_id is not None and work.session.get(School, place.school_id) is None:
        raise NotFound(None, _("There is no such school."))
    covered = covered_places(work.session, [pack.agreement_id])
    if place.school_id is not None and (pack.agreement_id, place.school_id) not in covered:
        raise QuotaRefused(
            "A2",
            _("The agreement of this pack does not cover that school."),
            reason="school_not_covered",
            field="school",
            way_out=_("Choose the school for the agreement first, or give to another one."),
        )
    if place.term_id is not None:
        _check_term(work, pack, place.term_id)


def _check_term(work: Work, pack: Pack, term_id: UUID) -> None:
    term = work.session.get(AcademicTerm, term_id)
    if term is None or term.organisation_id != pack.organisation_id:
        raise NotFound(None, _("There is no such term."))
    if term.last_day < work.today(pack.time_zone) or term.first_day > pack.last_day:
        raise QuotaRefused(
            "A2",
            _(
                "%(term)s (%(first)s to %(last)s) is over, or begins after the pack has lapsed.",
                term=term.title,
                first=term.first_day,
                last=term.last_day,
            ),
            reason="term_over",
            field="term",
            way_out=_("Choose a term that is still to be used."),
        )


def _take(work: Work, quota: PackQuota, count: int, reason: str) -> PackQuota:
    before = quota.quota_count
    changed = guarded_update(
        work.session,
        PackQuota,
        PackQuota.id == quota.id,
        PackQuota.quota_count - PackQuota.reserved_count - PackQuota.used_count >= count,
        quota_count=PackQuota.quota_count - count,
    )
    work.session.refresh(quota)
    if changed != 1:
        raise more_than_free(count, quota.free_count, holder_name(quota))
    _tell(work, quota, PackEntryKind.RECALLED, count, (before, reason))
    return quota


def _add(work: Work, pack: Pack, place: Place, count: int, reason: str | None = None) -> PackQuota:
    """Let the place's quota grow; it is made when there is none."""
    name = quota_place(place.school_id, place.term_id)
    mine = (PackQuota.pack_id == pack.id, PackQuota.place == name)
    growth: dict[str, Any] = {"quota_count": PackQuota.quota_count + count}
    if guarded_update(work.session, PackQuota, *mine, **growth) != 1:
        _make(work, pack, place, name)
        guarded_update(work.session, PackQuota, *mine, **growth)
    key = work.session.scalars(select(PackQuota.id).where(*mine)).one()
    quota = get_quota(work.session, key)
    work.session.refresh(quota)
    _tell(work, quota, PackEntryKind.GIVEN, count, (quota.quota_count - count, reason))
    return quota


def _make(work: Work, pack: Pack, place: Place, name: str) -> None:
    try:
        with work.session.begin_nested():
            work.session.add(
                PackQuota(
                    organisation_id=pack.organisation_id,
                    agreement_id=pack.agreement_id,
                    pack_id=pack.id,
                    school_id=place.school_id,
                    term_id=place.term_id,
                    place=name,
                    quota_count=0,
                )
            )
    except IntegrityError:
        # Somebody made it meanwhile; the next statement finds it.
        return


def _tell(
    work: Work,
    quota: PackQuota,
    kind: PackEntryKind,
    count: int,
    told: tuple[int, str | None],
) -> None:
    """Write the ledger and the journal; `told` is the count before and the reason."""
    before, reason = told
    work.session.add(PackEntry(**ledger_line(work, quota, kind, count, reason)))
    journal(
        work,
        f"pack_quota.{kind.value}",
        ("pack_quota", quota.id, quota.organisation_id),
        before={"quota_count": before},
        after={"quota_count": quota.quota_count},
        reason=reason,
    )
