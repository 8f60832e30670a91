"""Mail that came back: noted once, told to who gave the code, read from a folder of reports."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import current_app

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

# So many in one run: the next one goes on with the rest.
MOST_REPORTS = 1000


@dataclass
class Looked:
    """How a look at the folder went: reports read, and mails of ours that came back."""

    read_count: int = 0
    bounced_count: int = 0


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
    for path in sorted((folder / "new").iterdir())[:MOST_REPORTS]:
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as file:
            bounce = read_report(file.read(LONGEST_REPORT))
        if bounce is not None:
            looked.bounced_count += retrying(partial(_note, opening, bounce))
        os.replace(path, folder / "cur" / f"{path.name}:2,S")
        looked.read_count += 1
    return looked


def _note(opening: Opening, bounce: Bounce) -> bool:
    with opening() as work:
        return note_bounce(work, bounce)
