"""Asks for, decides about and fetches exports of codes as admins do."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_disclosures import ANN, BEN, Kept, as_admin
from vlms.codes.queries import CodeFilter
from vlms.core.language import Language
from vlms.core.work import Work
from vlms.disclosures.making_job import make_in_steps
from vlms.disclosures.models import CodeExport
from vlms.disclosures.queries import get_export
from vlms.disclosures.service import deciding
from vlms.disclosures.service.asking import Wish, ask_export
from vlms.disclosures.service.fetching import make_link, take_by_link

HERE, ELSEWHERE = UUID(int=1), UUID(int=2)


def with_limit(work: Work, limit: int) -> Work:
    work.terms = replace(work.terms, export_limit=limit)
    return work


def ask(
    clock: StillClock, kept: Kept, by: str = ANN, limit: int = 500, why: str = "for lab 3"
) -> UUID:
    """The key of a new export of all available codes."""
    with making(clock(), *as_admin(kept.users[by], kept.organisation_id)) as work:
        wish = Wish(CodeFilter(), {}, "csv", Language.ENGLISH, why)
        return ask_export(with_limit(work, limit), wish).id


def decide(clock: StillClock, kept: Kept, export_id: UUID, by: str = BEN) -> None:
    with making(clock(), *as_admin(kept.users[by], kept.organisation_id)) as work:
        deciding.approve(work, export_id)


def make(clock: StillClock, export_id: UUID) -> None:
    """What the worker does."""
    make_in_steps(partial(making, clock()), export_id, clock())


def link_to(clock: StillClock, kept: Kept, export_id: UUID, here: UUID = HERE) -> str:
    with making(clock(), *as_admin(kept.users[ANN], kept.organisation_id)) as work:
        return make_link(work, export_id, here)


def fetch(clock: StillClock, kept: Kept, secret: str, here: UUID = HERE, by: str = ANN) -> bytes:
    with making(clock(), *as_admin(kept.users[by], kept.organisation_id)) as work:
        return take_by_link(work, secret, here)[1]


def export_now(clock: StillClock, export_id: UUID) -> CodeExport:
    with making(clock()) as work:
        return get_export(work.session, export_id)
