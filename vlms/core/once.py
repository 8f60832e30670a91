"""A form that was sent twice does its work once.

Each form carries a token; the unit of work writes it in its own transaction, so the second
sending finds it and is led to where the first one ended.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from vlms.core.db import Base, Instant
from vlms.core.errors import Conflict
from vlms.core.scope import SHARED
from vlms.core.text import _
from vlms.core.work import Work

LONGEST_LOCATION = 500


class Submission(Base):
    """A form token that has done its work, and where its answer is."""

    __tablename__ = "submission"
    visible = SHARED

    token: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    location: Mapped[str] = mapped_column(String(LONGEST_LOCATION))
    at: Mapped[datetime] = mapped_column(Instant)


class AlreadyDone(Conflict):
    """This form has done its work; `facts["location"]` is where."""

    reason = "already_done"


def check_first_time(session: Session, token: UUID) -> None:
    """Raises AlreadyDone for a form whose work is done; before what that work took away is read."""
    earlier = session.get(Submission, token)
    if earlier is not None:
        raise _already(earlier.location)


def do_once(work: Work, token: UUID) -> Submission:
    """Take a form's token; set `location` on what comes back when the answer is known.

    Raises AlreadyDone when it was taken before.
    """
    check_first_time(work.session, token)
    submission = Submission(token=token, actor_id=work.actor.user_id, location="", at=work.now)
    work.session.add(submission)
    try:
        work.flush()
    except IntegrityError as error:
        raise _already("") from error
    return submission


def remember_used(work: Work, key: UUID, user_id: UUID | None) -> None:
    """A file has done its work: where that ends is known once its unit of work is."""
    used = Submission(token=key, actor_id=user_id, location="", at=work.now)
    work.session.add(used)
    work.used_files.append(used)


def lead_files(work: Work) -> None:
    """Let the files that did their work in this unit lead to where it ended."""
    for used in work.used_files:
        if isinstance(used, Submission):
            lead_to(used, work.location)


def check_not_used(session: Session, key: UUID, user_id: UUID | None) -> None:
    """Raises AlreadyDone for a file of this user's that has done its work."""
    earlier = session.get(Submission, key)
    if earlier is not None and earlier.actor_id == user_id:
        raise used_already(earlier.location)


def lead_to(submission: Submission, location: str) -> None:
    """Where the form leads when it is sent again; of a long address, its page."""
    fits = len(location) <= LONGEST_LOCATION
    submission.location = location if fits else location.partition("?")[0][:LONGEST_LOCATION]


def used_already(location: str) -> AlreadyDone:
    """The refusal of a file that has done its work."""
    return AlreadyDone(
        None,
        _("This file was imported already."),
        way_out=_("Look for it where it was imported; a file that has changed can be sent."),
        facts={"location": location},
    )


def _already(location: str) -> AlreadyDone:
    return AlreadyDone(
        None,
        _("This form was sent before; nothing was done twice."),
        facts={"location": location},
    )
