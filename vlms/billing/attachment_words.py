"""What kinds of attachments are called, and what is done with them in the journal."""

from __future__ import annotations

from vlms.billing.models.attachments import AttachmentKind
from vlms.core.text import _

KIND_WORDS = {
    AttachmentKind.SIGNED_AGREEMENT: _("Signed agreement"),
    AttachmentKind.QUOTE: _("Quote"),
    AttachmentKind.INVOICE: _("Invoice"),
    AttachmentKind.OTHER: _("Other paper"),
}
ACTION_WORDS = {
    "attachment.added": _("Attachment added"),
    "attachment.removed": _("Attachment removed"),
}
COLUMN_WORDS = {
    "attachment.kind": _("Kind"),
    "filename": _("File"),
    "byte_count": _("Bytes"),
    "digest": _("SHA-256 of the content"),
}
