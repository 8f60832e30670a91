"""Sets and removes the limits of voucher requests."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict, NotFound
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.giving.models.requests import LimitKind, VoucherLimit
from vlms.giving.rules.request_limits import Limit


def set_limit(work: Work, organisation_id: UUID, kind: LimitKind, limit: Limit) -> VoucherLimit:
    """Set what holds from a year on; what is set already for it is replaced. Raises Forbidden."""
    work.actor.require(Permission.ANSWER_VOUCHER_REQUESTS)
    work.does("voucher_limit.set")
    department = limit.department if kind is LimitKind.DEPARTMENT else ""
    found = work.session.scalar(
        select(VoucherLimit).where(
            VoucherLimit.organisation_id == organisation_id,
            VoucherLimit.kind == kind,
            VoucherLimit.department == department,
            VoucherLimit.from_year == limit.from_year,
        )
    )
    with refusing_doubles(work, uq_voucher_limit=_raced()):
        if found is None:
            found = VoucherLimit(
                organisation_id=organisation_id,
                kind=kind,
                department=department,
                from_year=limit.from_year,
            )
            work.session.add(found)
        found.most = limit.most
    return found


def remove_limit(work: Work, limit_id: UUID) -> None:
    """Let what held before, or no limit, hold again. Raises Forbidden, NotFound."""
    work.actor.require(Permission.ANSWER_VOUCHER_REQUESTS)
    found = work.session.scalar(select(VoucherLimit).where(VoucherLimit.id == limit_id))
    if found is None:
        raise NotFound(None, _("There is no such limit here."))
    work.does("voucher_limit.removed")
    work.session.delete(found)
    work.flush()


def _raced() -> Conflict:
    return Conflict(
        None,
        _("Somebody else has just set this limit."),
        way_out=_("Load the page again to see what it is."),
    )
