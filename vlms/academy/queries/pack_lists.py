"""Lists of packs with their counts, and of their ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind, PackKind, PackQuota
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.models.sittings import ExamSeat
from vlms.academy.queries.pack_messages import is_unsent
from vlms.accounts.models import Organisation, School, User
from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.core.paging import Listing, Page, page_of
from vlms.core.term import ONE_DAY

SORTS = {"last_day": Pack.expires_at, "number": Pack.number, "capacity": Pack.capacity}
STANDINGS = ("running", "coming", "over")
Named = dict[UUID | None, str]


@dataclass(frozen=True)
class PackFilter:
    """Which packs a list shows; None leaves a side open. `within` are days until the end."""

    words: str | None = None
    kind: PackKind | None = None
    standing: str | None = None
    within: int | None = None
    agreement_id: UUID | None = None
    is_unsent: bool = False


@dataclass(frozen=True)
class PackCounts:
    """What quotas of a pack hold, as far as the session sees them."""

    given: int = 0
    reserved: int = 0
    used: int = 0

    @property
    def free(self) -> int:
        """What may still be drawn from quotas."""
        return self.given - self.reserved - self.used


def search_packs(
    session: Session, wanted: PackFilter, now: datetime, listing: Listing
) -> Page[Pack]:
    """One page of the packs that fit."""
    statement = _fitting(wanted, now).options(
        joinedload(Pack.product), joinedload(Pack.agreement).joinedload(Agreement.organisation)
    )
    return page_of(session, statement, SORTS, listing)


def list_packs(
    session: Session, wanted: PackFilter | None = None, now: datetime | None = None
) -> Sequence[Pack]:
    """All packs that fit, by their end."""
    moment = now or datetime.min
    statement = _fitting(wanted or PackFilter(), moment).options(
        joinedload(Pack.product), joinedload(Pack.agreement).joinedload(Agreement.organisation)
    )
    return session.scalars(statement.order_by(Pack.expires_at, Pack.id)).all()


def count_found(session: Session, wanted: PackFilter, now: datetime) -> int:
    counted = _fitting(wanted, now).with_only_columns(func.count(Pack.id))
    return int(session.scalar(counted) or 0)


def standing_of(pack: Pack, now: datetime) -> str:
    """One of STANDINGS."""
    if now >= pack.expires_at:
        return "over"
    return "coming" if now < pack.usable_at else "running"


def _fitting(wanted: PackFilter, now: datetime) -> Select[Pack]:
    statement = select(Pack).where(*_standing(wanted.standing, now))
    if wanted.words:
        statement = statement.where(or_(*_named(wanted.words)))
    if wanted.kind is not None:
        statement = statement.where(Pack.kind == wanted.kind)
    if wanted.agreement_id is not None:
        statement = statement.where(Pack.agreement_id == wanted.agreement_id)
    if wanted.is_unsent:
        statement = statement.where(is_unsent(now))
    if wanted.within is not None:
        until = now + wanted.within * ONE_DAY
        statement = statement.where(Pack.expires_at > now, Pack.expires_at <= until)
    return statement


def _standing(word: str | None, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions of one of STANDINGS; none for no word."""
    found: dict[str, tuple[ColumnElement[bool], ...]] = {
        "running": (Pack.usable_at <= now, Pack.expires_at > now),
        "coming": (Pack.usable_at > now,),
        "over": (Pack.expires_at <= now,),
    }
    return found.get(word or "", ())


def _named(words: str) -> tuple[ColumnElement[bool], ...]:
    products = select(Product.id).where(
        or_(
            Product.name_en.icontains(words, autoescape=True),
            Product.name_zh.icontains(words, autoescape=True),
        )
    )
    agreements = select(Agreement.id).where(Agreement.number.icontains(words, autoescape=True))
    owners = select(Organisation.id).where(Organisation.name.icontains(words, autoescape=True))
    return (
        Pack.number.icontains(words, autoescape=True),
        Pack.product_id.in_(products),
        Pack.agreement_id.in_(agreements),
        Pack.organisation_id.in_(owners),
    )


def counts_of(session: Session, pack_ids: Sequence[UUID]) -> Mapping[UUID, PackCounts]:
    """What quotas hold of each pack; a pack without any is left out."""
    statement = (
        select(PackQuota)
        .where(PackQuota.pack_id.in_(list(pack_ids)))
        .with_only_columns(
            PackQuota.pack_id,
            func.sum(PackQuota.quota_count),
            func.sum(PackQuota.reserved_count),
            func.sum(PackQuota.used_count),
        )
        .group_by(PackQuota.pack_id)
    )
    return {key: PackCounts(*map(int, sums)) for key, *sums in session.execute(statement)}


@dataclass(frozen=True)
class LedgerLine:
    """One entry of the ledger with the names it stands for."""

    at: datetime
    kind: PackEntryKind
    count: int
    school: str | None
    term: str | None
    sitting_id: UUID | None
    by: str | None
    reason: str | None


def search_ledger(
    session: Session, pack_id: UUID, kind: PackEntryKind | None, listing: Listing
) -> Page[PackEntry]:
    """One page of a pack's ledger; the latest first unless asked otherwise."""
    statement = select(PackEntry).where(PackEntry.pack_id == pack_id)
    if kind is not None:
        statement = statement.where(PackEntry.kind == kind)
    return page_of(session, statement, {"at": PackEntry.id}, listing)


def ledger_lines(session: Session, entries: Sequence[PackEntry]) -> list[LedgerLine]:
    """The entries with names; one statement a kind of name."""
    quotas = {
        key: term_id
        for key, term_id in session.execute(
            select(PackQuota)
            .where(PackQuota.id.in_({entry.quota_id for entry in entries}))
            .with_only_columns(PackQuota.id, PackQuota.term_id)
        )
    }
    terms = _names(session, AcademicTerm, AcademicTerm.title, quotas.values())
    schools = _names(session, School, School.name, [entry.school_id for entry in entries])
    users = _names(session, User, User.name, [entry.by_user_id for entry in entries])
    sittings = _sittings(session, [entry.seat_id for entry in entries])
    return [
        LedgerLine(
            entry.at,
            entry.kind,
            entry.count,
            schools.get(entry.school_id),
            terms.get(quotas.get(entry.quota_id)),
            sittings.get(entry.seat_id),
            users.get(entry.by_user_id),
            entry.reason,
        )
        for entry in entries
    ]


def latest_lines(session: Session, pack_id: UUID, most: int) -> list[LedgerLine]:
    """The latest of a pack's ledger; what was done to a class at once is one line."""
    found = search_ledger(session, pack_id, None, Listing("-at", size=_AT_ONCE)).rows
    lines = [
        replace(alike[0], count=sum(line.count for line in alike), sitting_id=None)
        for _key, group in groupby(ledger_lines(session, found), _what_was_done)
        if (alike := list(group))
    ]
    return lines[:most]


# A class is drawn at once; more of it than that is shown in two lines.
_AT_ONCE = 200


def _what_was_done(line: LedgerLine) -> LedgerLine:
    return replace(line, count=0, sitting_id=None)


def _names(session: Session, model: Any, column: Any, keys: Iterable[UUID | None]) -> Named:
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    statement = select(model).where(model.id.in_(wanted)).with_only_columns(model.id, column)
    return {key: name for key, name in session.execute(statement)}


def _sittings(session: Session, keys: Iterable[UUID | None]) -> dict[UUID | None, UUID]:
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    statement = select(ExamSeat).where(ExamSeat.id.in_(wanted))
    rows = session.execute(statement.with_only_columns(ExamSeat.id, ExamSeat.sitting_id))
    return {key: sitting_id for key, sitting_id in rows}
