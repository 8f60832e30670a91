"""Finds grants, what is used of each, and what was asked for (A3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from vlms.academy.benefits import Benefit, benefits
from vlms.academy.models.benefits import BenefitRequest, BenefitRequestState
from vlms.academy.models.packs import Pack, PackKind
from vlms.academy.queries.packs import whole_packs
from vlms.core.clock import local_day
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _

GRANT_SORTS = {"number": Pack.number, "last_day": Pack.last_day}


@dataclass(frozen=True)
class GrantFilter:
    """Which grants a list shows; `running` those that are not over at that instant."""

    agreement_id: UUID | None = None
    running: datetime | None = None


@dataclass(frozen=True)
class VoucherUse:
    """The vouchers of a grant: their sum is what it came with, less what was taken back."""

    used: int
    reserved: int
    free: int
    # What is free now lapses on the last day, if nobody uses it until then.
    last_day: date
    is_over: bool

    @property
    def total(self) -> int:
        return self.used + self.reserved + self.free


@dataclass(frozen=True)
class BenefitUse:
    """For how many people a benefit was opened or granted, and how many wait."""

    benefit: Benefit
    used: int
    waiting: int


def search_grants(session: Session, wanted: GrantFilter, listing: Listing) -> Page[Pack]:
    """A page of the grants that the filter leaves."""
    statement = whole_packs().where(Pack.kind == PackKind.IMAGINE_GRANT)
    if wanted.agreement_id is not None:
        statement = statement.where(Pack.agreement_id == wanted.agreement_id)
    if wanted.running is not None:
        statement = statement.where(Pack.expires_at > wanted.running)
    return page_of(session, statement, GRANT_SORTS, listing)


def list_grants(session: Session, wanted: GrantFilter) -> Sequence[Pack]:
    """The same grants, all of them, by number."""
    statement = whole_packs().where(Pack.kind == PackKind.IMAGINE_GRANT)
    if wanted.agreement_id is not None:
        statement = statement.where(Pack.agreement_id == wanted.agreement_id)
    if wanted.running is not None:
        statement = statement.where(Pack.expires_at > wanted.running)
    return session.scalars(statement.order_by(Pack.number)).all()


def get_grant(session: Session, pack_id: UUID) -> Pack:
    """Raises NotFound, also for a pack that was bought."""
    grant = session.scalar(
        whole_packs().where(Pack.id == pack_id, Pack.kind == PackKind.IMAGINE_GRANT)
    )
    if grant is None:
        raise NotFound(None, _("There is no such grant."))
    return grant


def find_grant(session: Session, number: str) -> Pack | None:
    return session.scalar(
        whole_packs().where(
            Pack.number == number.strip().upper(), Pack.kind == PackKind.IMAGINE_GRANT
        )
    )


def voucher_use(pack: Pack, now: datetime) -> VoucherUse:
    """How its vouchers stand, by its quotas' counters (I4)."""
    return VoucherUse(
        sum(quota.used_count for quota in pack.quotas),
        sum(quota.reserved_count for quota in pack.quotas),
        sum(quota.free_count for quota in pack.quotas),
        pack.last_day,
        now >= pack.expires_at,
    )


def benefit_use(session: Session, pack_id: UUID) -> list[BenefitUse]:
    """Of each benefit, as far as the session sees who had it."""
    counted = (
        select(BenefitRequest.benefit_key, BenefitRequest.state, func.count(BenefitRequest.id))
        .where(BenefitRequest.pack_id == pack_id)
        .group_by(BenefitRequest.benefit_key, BenefitRequest.state)
    )
    counts = {(key, state): count for key, state, count in session.execute(counted)}
    granted, asked = BenefitRequestState.GRANTED, BenefitRequestState.ASKED
    return [
        BenefitUse(one, counts.get((one.key, granted), 0), counts.get((one.key, asked), 0))
        for one in benefits()
    ]


def list_requests(
    session: Session, pack_id: UUID | None = None, *, waiting: bool = False
) -> Sequence[BenefitRequest]:
    """Who has or asked for a benefit, the latest first."""
    statement = select(BenefitRequest).options(
        joinedload(BenefitRequest.person),
        joinedload(BenefitRequest.pack).joinedload(Pack.agreement),
    )
    if pack_id is not None:
        statement = statement.where(BenefitRequest.pack_id == pack_id)
    if waiting:
        statement = statement.where(BenefitRequest.state == BenefitRequestState.ASKED)
    return session.scalars(statement.order_by(BenefitRequest.id.desc())).all()


def get_request(session: Session, request_id: UUID) -> BenefitRequest:
    """Raises NotFound, also for another school's."""
    request = session.scalar(
        select(BenefitRequest)
        .where(BenefitRequest.id == request_id)
        .options(joinedload(BenefitRequest.person), joinedload(BenefitRequest.pack))
    )
    if request is None:
        raise NotFound(None, _("There is no such request."))
    return request


def today_of(pack: Pack, now: datetime) -> date:
    """The day in the zone in which the grant ends."""
    return local_day(now, pack.time_zone)
