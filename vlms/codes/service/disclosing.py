"""Lets claim links out: sheets with claim QRs, told to the journal before one is printed (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vlms.accounts.links import link_path
from vlms.accounts.models import LinkPurpose, OneTimeLink
from vlms.audit.service import journal
from vlms.codes.errors import GivingRefused
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.telling import claim_link
from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage


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
