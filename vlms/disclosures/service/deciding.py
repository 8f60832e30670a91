"""A second admin approves or declines an export, once, within a day (C8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from vlms.audit.service import journal
from vlms.core.errors import BadInput, Conflict, DomainError, Topic
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Actor, Work
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.models import CodeExport, ExportState
from vlms.disclosures.queries import get_export
from vlms.disclosures.service.conditions import check_holds_no_code, check_may_disclose
from vlms.disclosures.service.export_mail import tell_asker


def approve(work: Work, export_id: UUID) -> CodeExport:
    """The file may be made of exactly what was asked for.

    Raises Forbidden, DisclosureRefused for one's own or a lapsed one, Conflict when it is
    decided already.
    """
    export = _decide(work, export_id, state=ExportState.MAKING)
    _tell(work, export, "code_export.approved", None)
    return export


def decline(work: Work, export_id: UUID, reason: str | None) -> CodeExport:
    """No file is made. Raises as `approve` does, and BadInput without a reason, or with a
    code in it."""
    text = (reason or "").strip()
    if not text:
        raise BadInput(
            "C8", _("Say why not; whoever asked reads it."), field="reason", reason="no_reason"
        )
    check_holds_no_code(text)
    export = _decide(work, export_id, state=ExportState.DECLINED, decline_reason=text)
    _tell(work, export, "code_export.declined", text)
    return export


def check_may_decide(work: Work, export: CodeExport) -> None:
    """Raises Forbidden, DisclosureRefused."""
    check_may_disclose(work.actor)
    refusal = why_not_decided(work.actor, export, work.now)
    if refusal is not None:
        raise refusal


def why_not_decided(actor: Actor, export: CodeExport, now: datetime) -> DomainError | None:
    """The refusal that whoever may see codes would meet when they decided now."""
    if actor.user_id is None or export.asked_by == actor.user_id:
        return DisclosureRefused(
            "C8",
            _("Nobody decides about an export of their own."),
            reason="own_export",
            way_out=_("Ask another licensing admin; each of them has got a mail about it."),
            ask=Topic.ACCOUNT,
        )
    if export.state is not ExportState.WAITING:
        return _decided()
    if export.decide_until is not None and export.decide_until <= now:
        return DisclosureRefused(
            "C8",
            _("Nobody has decided about this export within a day, so it has lapsed."),
            reason="export_lapsed",
            way_out=_("Whoever needs the codes asks anew."),
        )
    return None


def _decided() -> Conflict:
    return Conflict(
        "C8",
        _("It has been decided about this export already."),
        reason="export_decided",
        way_out=_("Load the page again to see how."),
    )


def _decide(work: Work, export_id: UUID, **values: Any) -> CodeExport:
    export = get_export(work.session, export_id)
    check_may_decide(work, export)
    guards = (
        CodeExport.id == export_id,
        CodeExport.state == ExportState.WAITING,
        CodeExport.asked_by != work.actor.user_id,
        CodeExport.decide_until > work.now,
    )
    own = {"decided_by": work.actor.user_id, "decided_at": work.now}
    if guarded_update(work.session, CodeExport, *guards, **own, **values) != 1:
        raise _decided()
    return get_export(work.session, export_id)


def _tell(work: Work, export: CodeExport, act: str, reason: str | None) -> None:
    record = ("code_export", export.id, export.organisation_id)
    journal(work, act, record, after={"code_count": export.code_count}, reason=reason)
    tell_asker(work, export)
