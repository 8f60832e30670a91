"""Lets codes and claim links out: exports of available codes, sheets with claim QRs (C8).

Both are told to the journal in the transaction that ends before the first byte leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.links import link_path
from vlms.accounts.models import LinkPurpose, OneTimeLink
from vlms.audit.service import journal
from vlms.codes.custody import custody_of
from vlms.codes.errors import GivingRefused
from vlms.codes.models import Code, CodeBatch
from vlms.codes.queries import CodeFilter, every_code, filtered
from vlms.codes.rules.lifecycle import State
from vlms.codes.rules.shown_state import Shown
from vlms.codes.service.telling import claim_link
from vlms.core.errors import BadInput, Topic
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage


def export_codes(work: Work, wanted: CodeFilter, reason: str) -> list[tuple[Code, str]]:
    """The available codes under a filter with their texts, told to the journal by batch.

    Raises Forbidden without the right to reveal, BadInput without a reason, GivingRefused
    when no code is available. Assigned codes are never among them.
    """
    work.actor.require(Permission.REVEAL_UNASSIGNED_CODES)
    check_reason(reason)
    codes = every_code(work.session, replace(wanted, state=Shown.AVAILABLE), work.now)
    if not codes:
        raise GivingRefused(
            "C8",
            _("No code under this filter is available."),
            reason="none_available",
            way_out=_("Only available codes are exported; assigned ones belong to people."),
            ask=Topic.CODES,
        )
    custody = custody_of(work)
    texts = [custody.open(c.id, c.organisation_id, c.sealed_text or b"") for c in codes]
    for batch_id, count in Counter(code.batch_id for code in codes).items():
        owner = next(code.organisation_id for code in codes if code.batch_id == batch_id)
        journal(
            work,
            "code_batch.exported",
            ("code_batch", batch_id, owner),
            after={"exported_count": count},
            reason=reason,
        )
    return list(zip(codes, texts, strict=True))


def check_reason(reason: str) -> None:
    """Raises BadInput without a reason."""
    if not reason.strip():
        raise BadInput(
            "C8",
            _("The reason of the export is missing."),
            field="reason",
            way_out=_("Say for what the codes are taken out; the journal keeps it."),
        )


def check_none_given(session: Session, wanted: CodeFilter, since: datetime) -> None:
    """Raises GivingRefused when a code that was available under a filter is somebody's now.

    The file of an export that lies ready since then would show it to others than its holder.
    """
    issued = select(CodeBatch.id).where(CodeBatch.issued_at <= since)
    given = filtered(replace(wanted, state=None), since).where(
        Code.reserved_at >= since, Code.batch_id.in_(issued)
    )
    if session.scalar(given.with_only_columns(Code.id).limit(1)) is not None:
        raise GivingRefused(
            "C8",
            _("Codes of this file were reserved or assigned since it was made."),
            reason="codes_given",
            way_out=_("Export again: the new file holds only what is still available."),
            ask=Topic.CODES,
        )


def claim_paths(work: Work, batch: CodeBatch) -> Sequence[tuple[Code, str]]:
    """The batch's assigned codes, each with the path of an open claim link.

    A printed link that is still open is used again. Mailed ones are not printed: whoever has
    one proves that the person's mail reached them. Raises GivingRefused when none of the
    batch's codes is assigned.
    """
    codes = _assigned(work, batch)
    if not codes:
        raise GivingRefused(
            "C8",
            _("No code of this batch is assigned, so that there is no claim QR to print."),
            reason="none_assigned",
            way_out=_("Reserve codes for people and assign them first."),
            ask=Topic.CODES,
        )
    known = _open_links(work, batch)
    links = [known.get(code.id) or claim_link(work, code) for code in codes]
    journal(
        work,
        "code_batch.sheet_printed",
        ("code_batch", batch.id, batch.organisation_id),
        after={"sheet_count": len(codes)},
    )
    return [
        (code, link_path(work.keys.link, link)) for code, link in zip(codes, links, strict=True)
    ]


def _assigned(work: Work, batch: CodeBatch) -> Sequence[Code]:
    statement = select(Code).where(
        Code.batch_id == batch.id, Code.state == State.ASSIGNED, Code.expires_at > work.now
    )
    with_names = (joinedload(Code.person), joinedload(Code.product))
    return work.session.scalars(statement.options(*with_names).order_by(Code.number)).all()


def _open_links(work: Work, batch: CodeBatch) -> dict[UUID, OneTimeLink]:
    statement = select(OneTimeLink).where(
        OneTimeLink.subject_id.in_(select(Code.id).where(Code.batch_id == batch.id)),
        OneTimeLink.purpose == LinkPurpose.CLAIM_CODE,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ended_at.is_(None),
        OneTimeLink.expires_at > work.now,
        OneTimeLink.id.not_in(
            select(OutboxMessage.link_id).where(OutboxMessage.link_id.is_not(None))
        ),
    )
    return {link.subject_id: link for link in work.session.scalars(statement)}
