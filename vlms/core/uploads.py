"""Uploaded files between their dry run and the moment when they count.

A file is kept for a day, for the user who sent it and in the organisation where it was sent,
so that what is written is exactly what the dry run has shown.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.errors import NotFound
from vlms.core.once import check_not_used, remember_used, used_already
from vlms.core.scope import Visibility
from vlms.core.text import _
from vlms.core.work import Actor, Work

KEPT = timedelta(hours=24)


class Upload(Keyed, Base):
    """One file; the operator's belong to no organisation, a reseller's to the reseller itself."""

    __tablename__ = "upload"
    visible = Visibility(schools_write=True, reseller="organisation_id")

    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    # What it is a file of: "prices", "agreements", "codes".
    purpose: Mapped[str] = mapped_column(String(40))
    filename: Mapped[str] = mapped_column(String(200))
    # What was said about the file with it: the list's name and the like.
    remark: Mapped[str] = mapped_column(String(400), default="")
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)

    def stream(self) -> BinaryIO:
        return io.BytesIO(self.body)


def keep_upload(
    work: Work, purpose: str, file: tuple[str, bytes], *, organisation_id: UUID | None, remark: str
) -> Upload:
    """Keep a file (its name and bytes) for the actor; those past their day go."""
    work.session.execute(
        delete(Upload).where(Upload.expires_at <= work.now),
        execution_options={"synchronize_session": False},
    )
    filename, body = file
    upload = Upload(
        organisation_id=organisation_id,
        user_id=work.actor.user_id,
        purpose=purpose,
        filename=filename[-200:],
        remark=remark[:400],
        body=body,
        expires_at=work.now + KEPT,
    )
    work.session.add(upload)
    work.flush()
    return upload


def get_upload(
    session: Session, upload_id: UUID, purpose: str, reader: tuple[Actor, datetime]
) -> Upload:
    """The actor's own file of that purpose, while it is kept at that instant.

    Raises AlreadyDone for one that has done its work, NotFound for any other.
    """
    actor, now = reader
    upload = session.scalar(
        select(Upload).where(
            Upload.id == upload_id,
            Upload.purpose == purpose,
            Upload.user_id == actor.user_id,
            Upload.expires_at > now,
        )
    )
    if upload is None:
        check_not_used(session, upload_id, actor.user_id)
        raise NotFound(
            None,
            _("This file is no longer here; uploaded files are kept for a day."),
            way_out=_("Upload the file again."),
        )
    return upload


def drop_upload(work: Work, upload: Upload) -> None:
    """The file has done its work: who comes back to it is told, and led to where that ended.

    Raises AlreadyDone when it did so elsewhere at the same moment.
    """
    work.session.flush()
    taken = work.session.execute(
        delete(Upload).where(Upload.id == upload.id),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(taken, CursorResult)
    if taken.rowcount != 1:
        raise used_already("")
    remember_used(work, upload.id, upload.user_id)
