"""What mail asks of the domain above it: where a link opens, and who a person is now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.work import Work
from vlms.notices.notice_queries import Own
from vlms.notices.outbox import Recipient


@dataclass(frozen=True)
class OpenLink:
    """A link that still opens something: its path, and whether a code is behind it."""

    path: str
    opens_code: bool


@dataclass(frozen=True)
class Place:
    """An organisation, as mail names it."""

    id: UUID
    name: str


class Directory(Protocol):
    """Accounts answers; the application connects the two."""

    def find_open_link(self, session: Session, link_id: UUID, now: datetime) -> OpenLink | None:
        """Where the link opens; None when it was used, has ended, or is too old."""

    def renew_link(self, work: Work, link_id: UUID) -> UUID:
        """End the link and make another to the same; NotFound outside the scope."""

    def find_recipient(self, session: Session, person_id: UUID) -> Recipient | None:
        """The person's name, address and language as they are now."""

    def find_place(self, session: Session, slug: str) -> Place | None:
        """The organisation with this slug."""

    def find_own(self, session: Session, address: str) -> Own:
        """What belongs to the user who signs in with this address."""


@dataclass
class _Connection:
    directory: Directory | None = None


_connection = _Connection()


def use_directory(directory: Directory) -> None:
    """Let mail ask this directory from now on."""
    _connection.directory = directory


def directory() -> Directory:
    if _connection.directory is None:
        raise RuntimeError("use_directory() comes before any mail")
    return _connection.directory
