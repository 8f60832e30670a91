"""Forgets the programmes' codes of grants that are long over, as codes' texts are (A3, C8)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select

from vlms.academy.models.benefits import BenefitRequest
from vlms.academy.models.packs import Pack
from vlms.audit.service import journal
from vlms.codes.service.assigning import WorkFactory
from vlms.codes.service.lapsing import KEEP_TEXT
from vlms.core.attempts import retrying
from vlms.core.scoping import guarded_update
from vlms.core.work import Work

_AT_ONCE = 500


def is_worth_keeping(now: datetime) -> ColumnElement[bool]:
    """The condition for a programme's code whose grant still runs."""
    return BenefitRequest.pack_id.in_(select(Pack.id).where(Pack.expires_at > now))


def forget_benefit_codes(open_work: WorkFactory) -> int:
    """Remove what was sealed for grants that ended 90 days ago; how many codes."""

    def once() -> int:
        with open_work() as work:
            return _forget(work)

    total = 0
    while changed := retrying(once):
        total += changed
    return total


def _forget(work: Work) -> int:
    over = (
        select(BenefitRequest.id, BenefitRequest.organisation_id)
        .join(Pack, Pack.id == BenefitRequest.pack_id)
        .where(BenefitRequest.sealed_code.is_not(None), Pack.expires_at <= work.now - KEEP_TEXT)
    )
    found = work.session.execute(over.order_by(BenefitRequest.id).limit(_AT_ONCE)).all()
    changed = 0
    for request_id, organisation_id in found:
        here = BenefitRequest.id == request_id, BenefitRequest.sealed_code.is_not(None)
        if guarded_update(work.session, BenefitRequest, *here, sealed_code=None):
            record = (BenefitRequest.__tablename__, request_id, organisation_id)
            journal(work, "benefit.text_removed", record)
            changed += 1
    return changed
