"""Mail that came back: noted once, told to who gave the code, read from a folder of reports."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from flask import current_app
from sqlalchemy.exc import OperationalError

from vlms.audit.service import journal
from vlms.core.attempts import retrying
from vlms.core.errors import Conflict
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.notices.delivery import Opening
from vlms.notices.events import MailBounced
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.rules.delivery_report import LONGEST_REPORT, Bounce, read_report

_log = structlog.get_logger()
# So many in one run: the next one goes on with the rest.
MOST_REPORTS = 1000


@dataclass
class Looked:
    """How a look at the folder went: reports read, mails of ours that came back.

    What could not be read, or not be put aside, stays where it is and is counted apart.
    """

    read_count: int = 0
    bounced_count: int = 0
    skipped_count: int = 0


def note_bounce(work: Work, bounce: Bounce) -> bool:
    """Note that a mail came back; whether it was news. Told twice, the first time stays.

    What comes back was taken by the server, also where the worker died before it could say so.
    """
    message = work.session.get(OutboxMessage, bounce.message_id)
    if message is None:
        return False
    noted = guarded_update(
        work.session,
        OutboxMessage,
        OutboxMessage.id == message.id,
        OutboxMessage.bounced_at.is_(None),
        OutboxMessage.attempts > 0,
        OutboxMessage.state != MessageState.DEAD,
        state=MessageState.SENT,
        sent_at=message.sent_at or work.now,
        bounced_at=work.now,
        bounce_note=bounce.note,
    )
    if noted != 1:
        return False
    journal(
        work,
        "message.bounced",
        ("outbox_message", message.id, message.organisation_id),
        before={"bounced_at": None},
        after={"bounced_at": work.now.isoformat()},
    )
    work.events.append(MailBounced(message.id, message.subject_id, message.person_id))
    return True


def read_bounces(held: HeldJob) -> None:
    """The job: what lies in the folder of reports, where there is one."""
    folder = current_app.config["SETTINGS"].bounce_folder
    if folder is not None:
        look_for_bounces(folder, held.work)


def look_for_bounces(folder: Path, opening: Opening) -> Looked:
    """Read what is new in a maildir, each report in a unit of work of its own.

    A report is put aside once it is noted: killed in between, it is read again, and says
    nothing new then. Raises Conflict for a folder that is no maildir.
    """
    if not ((folder / "new").is_dir() and (folder / "cur").is_dir()):
        raise Conflict(
            None,
            _("The folder of reports is no maildir: %(path)s", path=str(folder)),
            way_out=_("It needs the folders new, cur and tmp, which a mail server makes."),
        )
    looked = Looked()
    for path in sorted((folder / "new").iterdir()):
        if looked.read_count == MOST_REPORTS:
            break
        try:
            _read_one(path, folder, opening, looked)
        except OperationalError:
            # The database is away: whatever comes next would fail like this one.
            raise
        except Exception as error:
            # One report is not to hold up the others; of what it says nothing is logged.
            looked.skipped_count += 1
            _log.warning("report of a bounce not read", file=path.name, error=type(error).__name__)
    return looked


def _read_one(path: Path, folder: Path, opening: Opening, looked: Looked) -> None:
    if path.is_symlink() or not path.is_file():
        return
    with path.open("rb") as file:
        bounce = read_report(file.read(LONGEST_REPORT))
    if bounce is not None:
        looked.bounced_count += retrying(partial(_note, opening, bounce))
    os.replace(path, folder / "cur" / f"{path.name}:2,S")
    looked.read_count += 1


def _note(opening: Opening, bounce: Bounce) -> bool:
    with opening() as work:
        return note_bounce(work, bounce)
