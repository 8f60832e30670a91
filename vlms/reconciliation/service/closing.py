"""A month is closed with a signed-off paper, and opened again only with a reason."""

from __future__ import annotations

import hashlib
import io
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from vlms.accounts.models import Organisation
from vlms.core.errors import BadInput, Conflict
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.pdf import write_pdf
from vlms.reconciliation.models.files import ReconciliationFile
from vlms.reconciliation.models.periods import Period, PeriodState, SignOff
from vlms.reconciliation.paper import LISTED_MOST, Decided, sign_off_paper
from vlms.reconciliation.queries.differences import count_kinds, list_differences
from vlms.reconciliation.queries.months import month_of, sum_charges
from vlms.reconciliation.queries.periods import get_period
from vlms.reconciliation.rules.settling import WAITING
from vlms.reconciliation.service.periods import change_period


def close_period(work: Work, period_id: UUID, language: Language) -> SignOff:
    """Fix a month, and keep the paper that says what was decided, in the language being written.

    Raises Conflict while a difference is open, a file came or went after the last matching,
    or the month is closed already.
    """
    work.actor.require(Permission.RECONCILE)
    period = get_period(work.session, period_id)
    change_period(work, period)
    _check_matched(work, period)
    _check_settled(work, period)
    work.does("reconciliation.closed")
    period.state = PeriodState.CLOSED
    period.closed_at, period.closed_by = work.now, work.actor.user_id
    work.flush()
    return _sign(work, period, language)


def reopen_period(work: Work, period_id: UUID, reason: str) -> Period:
    """Raises BadInput without a reason, Conflict when the month is open."""
    work.actor.require(Permission.RECONCILE)
    if not reason.strip():
        raise BadInput(
            None,
            _("%(field)s is missing.", field=_("Reason")),
            reason="missing",
            field="reason",
            way_out=_("Say why a closed month must change."),
        )
    period = get_period(work.session, period_id)
    work.does("reconciliation.reopened", reason=reason)
    closed = Period.id == period.id, Period.state == PeriodState.CLOSED
    if not guarded_update(work.session, Period, *closed, version=period.version + 1):
        raise Conflict(
            None, _("%(month)s is not closed.", month=period.month), reason="period_open"
        )
    work.session.refresh(period)
    period.state, period.reason = PeriodState.OPEN, reason
    work.flush()
    return period


def _check_matched(work: Work, period: Period) -> None:
    changes = select(
        func.max(ReconciliationFile.taken_at), func.max(ReconciliationFile.withdrawn_at)
    ).where(ReconciliationFile.period_id == period.id)
    matched_at = period.matched_at
    # A matching that broke off has left its mark.
    is_matched = matched_at is not None and period.matching_since is None
    if (
        not is_matched
        or any(at is not None and at > matched_at for at in work.session.execute(changes).one())
        or not _has_compared_all(work, period)
    ):
        raise Conflict(
            None,
            _("What %(month)s holds now has not been matched.", month=period.month),
            reason="not_matched",
            way_out=_("Match it, look at the differences, then close it."),
        )


def _has_compared_all(work: Work, period: Period) -> bool:
    """Whether no charge that is dated before the cut-off was still being written then (I18)."""
    assert period.cut_off_at is not None
    found = sum_charges(work.session, month_of(period, period.cut_off_at))
    figures: dict[str, Any] = period.figures or {}
    told = {one["currency"]: one["charges"] for one in figures["sums"]}
    return figures["lines"]["charges"] == sum(count for count, _net in found.values()) and all(
        told.get(currency) == net for currency, (_count, net) in found.items()
    )


def _check_settled(work: Work, period: Period) -> None:
    open_count = sum(
        one.count for one in count_kinds(work.session, period.id) if one.state in WAITING
    )
    if open_count:
        raise Conflict(
            None,
            _("%(count)s differences of %(month)s are open.", count=open_count, month=period.month),
            reason="open_differences",
            way_out=_("Accept, dispute, write off or close each of them."),
        )


def _sign(work: Work, period: Period, language: Language) -> SignOff:
    reseller = work.session.get_one(Organisation, period.reseller_id)
    decided = Decided(
        count_kinds(work.session, period.id),
        list_differences(work.session, period.id, most=LISTED_MOST),
    )
    out = io.BytesIO()
    document = sign_off_paper(period, reseller.name, decided, work.actor.name, work.now, language)
    write_pdf(document, out)
    paper = out.getvalue()
    count = select(func.count(SignOff.id)).where(SignOff.period_id == period.id)
    signed = SignOff(
        reseller_id=period.reseller_id,
        period_id=period.id,
        sequence=(work.session.scalar(count) or 0) + 1,
        signed_at=work.now,
        signed_by=work.actor.user_id,
        signed_name=work.actor.name,
        digest=hashlib.sha256(paper).hexdigest(),
        paper=paper,
    )
    work.session.add(signed)
    work.flush()
    return signed
