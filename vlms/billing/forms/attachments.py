"""The form that takes a file to attach."""

from __future__ import annotations

from uuid import UUID

from vlms.billing.attachment_words import KIND_WORDS
from vlms.billing.models.attachments import AttachmentKind
from vlms.billing.service.attachments import NewAttachment
from vlms.core.text import _
from vlms.web.forms import ChoiceField, Form
from vlms.web.uploads import UploadField


class AttachmentForm(Form):
    kind = ChoiceField(_("Kind"), [(kind.value, word) for kind, word in KIND_WORDS.items()])
    file = UploadField(
        _("File"), _("A PDF, a PNG or JPEG picture, or an Excel workbook, of at most 5 MB.")
    )

    def attachment(self, agreement_id: UUID, order_id: UUID | None) -> NewAttachment:
        """What was sent, once the form is valid."""
        assert self.file.value is not None
        filename, body = self.file.value
        kind = AttachmentKind(self.kind.value)
        return NewAttachment(kind, filename, body, agreement_id, order_id)
