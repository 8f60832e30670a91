"""Packs, sites and sittings as the people of schools see them: theirs, and what waits (A1–A3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from vlms.academy.models.packs import Pack, PackQuota, QuotaRequest, QuotaRequestState
from vlms.academy.models.roster import SchoolClass
from vlms.academy.models.sites import DeliverySite
from vlms.academy.models.sittings import Sitting, SittingState
from vlms.academy.queries import sittings as sitting_queries
from vlms.academy.queries.pack_lists import (
    PackCounts,
    PackFilter,
    count_found,
    counts_of,
    list_packs,
)
from vlms.academy.queries.packs import list_requests
from vlms.academy.queries.sites import is_gate_open, list_sites, zone_of_site
from vlms.academy.queries.sittings import SittingFilter, whole_sittings
from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.term import ONE_DAY, end_of_day, start_of_day
from vlms.insights.code_figures import HORIZONS
from vlms.planning.looking import Look

SHOWN = 10
RUNNING = PackFilter(standing="running")
_P = Permission


@dataclass(frozen=True)
class PackUse:
    """A pack and what the quotas hold that the visitor sees: their schools' and shared ones."""

    pack: Pack
    counts: PackCounts


@dataclass(frozen=True)
class PackFigures:
    """Running packs, the first to end first; how many end within so many days, and what lapses."""

    running_count: int
    running: Sequence[PackUse]
    ending: Mapping[int, int]
    lapsing: Mapping[int, int]
    shut_sites: Sequence[DeliverySite]
    requests: Sequence[QuotaRequest]


@dataclass(frozen=True)
class SittingFigures:
    """Today's sittings, and the next ones that are scheduled, a few of `coming_count`."""

    today: Sequence[Sitting]
    coming: Sequence[Sitting]
    coming_count: int


@dataclass(frozen=True)
class AcademyFigures:
    """None for what the visitor may not see."""

    packs: PackFigures | None
    sittings: SittingFigures | None


def count_academy(look: Look) -> AcademyFigures | None:
    """None outside an institution, and for who has nothing to do with its schools."""
    if look.kind != "academic":
        return None
    packs = _packs(look) if look.may(_P.VIEW_PACKS) else None
    sittings = _sittings(look) if look.may(_P.DELIVER_EXAMS) else None
    return AcademyFigures(packs, sittings) if packs or sittings else None


def _packs(look: Look) -> PackFigures:
    running = list_packs(look.session, RUNNING, look.now)
    counts = counts_of(look.session, [pack.id for pack in running])
    uses = [PackUse(pack, counts.get(pack.id, PackCounts())) for pack in running]
    return PackFigures(
        len(running),
        uses[:SHOWN],
        {days: _count_ending(look, days) for days in HORIZONS},
        {days: _lapsing(look, uses, days) for days in HORIZONS},
        _shut_sites(look),
        list_requests(look.session, state=QuotaRequestState.OPEN),
    )


def _count_ending(look: Look, days: int) -> int:
    return count_found(look.session, PackFilter(within=days), look.now)


def _lapsing(look: Look, uses: Sequence[PackUse], days: int) -> int:
    """The exams that are free in packs that end within so many days."""
    until = look.now + days * ONE_DAY
    return sum(use.counts.free for use in uses if use.pack.expires_at <= until)


def _shut_sites(look: Look) -> Sequence[DeliverySite]:
    """The sites in use at which no exam of a site pack may be delivered today (A1)."""
    return [
        site
        for site in list_sites(look.session, look.organisation_id)
        if site.closed_at is None
        and not is_gate_open(site, local_day(look.now, zone_of_site(look.session, site)))
    ]


def _sittings(look: Look) -> SittingFigures:
    looking = sitting_queries.Look(look.session, look.actor, look.now)
    day = local_day(look.now, look.zone)
    begins, ends = start_of_day(day, look.zone), end_of_day(day, look.zone)
    todays = SittingFilter(from_at=begins, before_at=ends)
    today = sitting_queries.list_sittings(looking, todays)
    coming = (
        whole_sittings(looking)
        .where(Sitting.state == SittingState.SCHEDULED, Sitting.starts_at >= ends)
        .order_by(Sitting.starts_at, Sitting.id)
    )
    count = coming.with_only_columns(func.count(Sitting.id)).order_by(None)
    return SittingFigures(
        [each for each in today if each.state is not SittingState.CANCELLED],
        look.session.scalars(coming.limit(SHOWN)).all(),
        int(look.session.scalar(count) or 0),
    )


def has_any(
    look: Look, model: type[SchoolClass] | type[PackQuota] | type[Sitting] | type[DeliverySite]
) -> bool:
    """Whether the visitor's schools have one at all."""
    return look.session.scalar(select(model.id).limit(1)) is not None
