"""Files of an agreement or an order: a signed agreement, a quote, an invoice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from uuid import UUID

from cryptography.exceptions import InvalidTag

from vlms.agreements.events import DeletionAsked, ResellerChanged
from vlms.agreements.queries import get_agreement
from vlms.billing.models.attachments import Attachment, AttachmentKind
from vlms.billing.queries.attachments import get_attachment, list_attachments
from vlms.billing.rules.attachment import media_type_of
from vlms.core.errors import Conflict
from vlms.core.keys import KeyRing
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.sealing import seal, unseal
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.exports.reading import check_workbook
from vlms.exports.sheets import Limits
from vlms.orders.queries import get_order


@dataclass(frozen=True)
class NewAttachment:
    """A file, and what it is attached to: an order where `order_id` is given.

    `media_type` is there once it has been examined.
    """

    kind: AttachmentKind
    filename: str
    body: bytes
    agreement_id: UUID
    order_id: UUID | None = None
    media_type: str = ""


def examined(new: NewAttachment) -> NewAttachment:
    """The file with its media type; looked at before any work begins, since it may take long.

    Raises BadInput.
    """
    return replace(new, media_type=media_type_of(new.filename, new.body, _check_workbook))


def attach(work: Work, new: NewAttachment) -> Attachment:
    """Keep the file as it is, sealed. Raises Forbidden, NotFound, BadInput for another kind."""
    work.actor.require(Permission.EDIT_ATTACHMENTS)
    agreement = get_agreement(work.session, new.agreement_id)
    reseller_id = agreement.reseller_id
    if new.order_id is not None:
        reseller_id = get_order(work.session, new.order_id).reseller_id or reseller_id
    media_type = (new if new.media_type else examined(new)).media_type
    attachment_id = new_id()
    work.does("attachment.added")
    attachment = Attachment(
        id=attachment_id,
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        reseller_id=reseller_id,
        order_id=new.order_id,
        kind=new.kind,
        filename=new.filename,
        media_type=media_type,
        byte_count=len(new.body),
        digest=hashlib.sha256(new.body).hexdigest(),
        sealed_content=seal(work.keys, new.body, _place(attachment_id)),
        added_at=work.now,
        added_by=work.actor.user_id,
    )
    work.session.add(attachment)
    work.flush()
    return attachment


def remove(work: Work, attachment_id: UUID) -> None:
    """Remove it for good; that there was such a file stays in the journal."""
    work.actor.require(Permission.EDIT_ATTACHMENTS)
    attachment = get_attachment(work.session, attachment_id)
    work.does("attachment.removed")
    work.session.delete(attachment)
    work.flush()


def content_of(keys: KeyRing, attachment: Attachment) -> bytes:
    """The file as it was given. Raises Conflict when the keys in use do not open it."""
    try:
        return unseal(keys, attachment.sealed_content, _place(attachment.id))
    except (InvalidTag, KeyError):
        raise Conflict(
            None,
            _("This file cannot be opened with the keys that are in use."),
            reason="attachment_sealed",
            way_out=_("Nothing is lost yet: ask the operator to check the key file."),
        ) from None


def hand_over_papers(work: Work, changed: ResellerChanged) -> None:
    """The signed agreement goes with the agreement; quotes and invoices stay whose they are."""
    guarded_update(
        work.session,
        Attachment,
        Attachment.agreement_id == changed.agreement_id,
        Attachment.kind == AttachmentKind.SIGNED_AGREEMENT,
        reseller_id=changed.reseller_id,
    )


def keep_agreement_of_attachments(work: Work, asked: DeletionAsked) -> None:
    """Raises Conflict when files are attached to the agreement: they would go with it."""
    if not list_attachments(work.session, asked.agreement_id):
        return
    raise Conflict(
        None,
        _("Files are attached to this agreement, so it cannot be deleted."),
        reason="agreement_has_attachments",
        way_out=_("Remove the attachments first."),
    )


def _place(attachment_id: UUID) -> str:
    return f"vlms attachment|{attachment_id}"


def _check_workbook(body: bytes) -> None:
    check_workbook(body, Limits())
