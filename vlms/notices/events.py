"""What happens to mail that others may want to know of."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class MailBounced:
    """A sent mail came back; `subject_id` is the record that it was about."""

    message_id: UUID
    subject_id: UUID
    person_id: UUID | None
