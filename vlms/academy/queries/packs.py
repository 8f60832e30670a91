"""Reads packs, their quotas and who holds what of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.academy.models.packs import (
    Pack,
    PackKind,
    PackQuota,
    QuotaRequest,
    QuotaRequestState,
)
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.rules.quota import Share
from vlms.agreements.models import AgreementSchool
from vlms.core.clock import local_day
from vlms.core.errors import NotFound
from vlms.core.text import Text, _

NOBODY = _("not given to anybody yet")
OTHERS = _("other schools")
ALL_SCHOOLS = _("Shared by all schools")


def whole_packs() -> Select[Pack]:
    """Packs with their product, agreement and quotas."""
    return select(Pack).options(
        joinedload(Pack.product),
        joinedload(Pack.agreement),
        selectinload(Pack.quotas).joinedload(PackQuota.school),
        selectinload(Pack.quotas).joinedload(PackQuota.term),
    )


def get_pack(session: Session, pack_id: UUID) -> Pack:
    """With its product, agreement and quotas. Raises NotFound, also for a foreign one."""
    pack = session.scalar(whole_packs().where(Pack.id == pack_id))
    if pack is None:
        raise NotFound(None, _("There is no such pack."))
    return pack


def find_pack(session: Session, number: str) -> Pack | None:
    return session.scalar(whole_packs().where(Pack.number == number))


def get_quota(session: Session, quota_id: UUID) -> PackQuota:
    """With its pack, school and term. Raises NotFound, also for another school's."""
    quota = session.scalar(
        select(PackQuota)
        .where(PackQuota.id == quota_id)
        .options(
            joinedload(PackQuota.pack),
            joinedload(PackQuota.school),
            joinedload(PackQuota.term),
        )
    )
    if quota is None:
        raise NotFound(None, _("There is no such quota."))
    return quota


def list_quotas(session: Session, pack_id: UUID) -> Sequence[PackQuota]:
    """Those that the session sees: a school's people see theirs and the shared ones."""
    statement = select(PackQuota).where(PackQuota.pack_id == pack_id).order_by(PackQuota.id)
    return session.scalars(
        statement.options(joinedload(PackQuota.school), joinedload(PackQuota.term))
    ).all()


def holder_name(quota: PackQuota) -> Text | str:
    """Whose quota it is: a school's name, with the term where it has one."""
    name = ALL_SCHOOLS if quota.school is None else quota.school.name
    if quota.term is None:
        return name
    return _("%(school)s, %(term)s", school=name, term=quota.term.title)


def shares_of(session: Session, pack: Pack, but: UUID | None = None) -> list[Share]:
    """Who holds the pack, without the quota `but`; what the session does not see is added up."""
    left = pack.capacity - pack.allotted_count
    rest = [Share(NOBODY, left, left)] if left else []
    return [*holders_of(session, pack, but), *rest]


def holders_of(session: Session, pack: Pack, but: UUID | None = None) -> list[Share]:
    """The schools that hold a part of the pack, without the quota `but`."""
    return list(_holders(pack, list_quotas(session, pack.id), but))


def _holders(pack: Pack, quotas: Sequence[PackQuota], but: UUID | None) -> Iterator[Share]:
    for quota in quotas:
        if quota.id != but and quota.quota_count:
            yield Share(holder_name(quota), quota.quota_count, quota.free_count)
    unseen = pack.allotted_count - sum(quota.quota_count for quota in quotas)
    if unseen:
        yield Share(OTHERS, unseen, None)


def rule_of(pack: Pack) -> str:
    """A2 for site packs, A3 for Imagine Academy grants."""
    return "A3" if pack.kind is PackKind.IMAGINE_GRANT else "A2"


def get_request(session: Session, request_id: UUID) -> QuotaRequest:
    """With its pack and school. Raises NotFound, also for another school's."""
    found = session.scalar(_requests().where(QuotaRequest.id == request_id))
    if found is None:
        raise NotFound(None, _("There is no such request."))
    return found


def list_requests(
    session: Session, pack_id: UUID | None = None, state: QuotaRequestState | None = None
) -> Sequence[QuotaRequest]:
    """Requests for more quota, the latest first."""
    statement = _requests().order_by(QuotaRequest.asked_at.desc(), QuotaRequest.id.desc())
    if pack_id is not None:
        statement = statement.where(QuotaRequest.pack_id == pack_id)
    if state is not None:
        statement = statement.where(QuotaRequest.state == state)
    return session.scalars(statement.limit(_MOST_REQUESTS)).all()


def _requests() -> Select[QuotaRequest]:
    return select(QuotaRequest).options(
        joinedload(QuotaRequest.pack).joinedload(Pack.product),
        joinedload(QuotaRequest.school),
        joinedload(QuotaRequest.term),
    )


_MOST_REQUESTS = 200


def list_terms_for(session: Session, pack: Pack, now: datetime) -> Sequence[AcademicTerm]:
    """The institution's terms for which the pack can still be given, by their first day."""
    today = local_day(now, pack.time_zone)
    statement = select(AcademicTerm).where(
        AcademicTerm.organisation_id == pack.organisation_id,
        AcademicTerm.last_day >= today,
        AcademicTerm.first_day <= pack.last_day,
    )
    return session.scalars(statement.order_by(AcademicTerm.first_day, AcademicTerm.title)).all()


def covered_places(
    session: Session, agreement_ids: Collection[UUID]
) -> frozenset[tuple[UUID, UUID]]:
    """Which of these agreements cover which school: pairs of their keys."""
    statement = select(AgreementSchool.agreement_id, AgreementSchool.school_id).where(
        AgreementSchool.agreement_id.in_(sorted(agreement_ids))
    )
    return frozenset(
        (agreement_id, school_id) for agreement_id, school_id in session.execute(statement)
    )
