"""What a mail provider posts when a mail comes back: an event in JSON."""

from __future__ import annotations

from vlms.core.errors import BadInput
from vlms.core.strict_json import read_json
from vlms.core.text import _
from vlms.notices.rules.delivery_report import Bounce, read_message_id, short_note

LARGEST_POST = 64 * 1024
BOUNCED = "message.bounced"


def read_bounce(body: bytes) -> Bounce | None:
    """The mail that came back for good; None for events of other kinds, and foreign mails.

    Raises BadInput for what is not such an event at all.
    """
    try:
        event = read_json(body, takes_odd=True)
    except BadInput:
        raise _unreadable() from None
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise _unreadable()
    if event["type"] != BOUNCED:
        return None
    told = event.get("data")
    if not isinstance(told, dict) or not isinstance(told.get("message_id"), str):
        raise _unreadable()
    message_id = read_message_id(told["message_id"])
    if message_id is None or told.get("is_permanent") is not True:
        return None
    reason = told.get("reason")
    return Bounce(message_id, short_note(reason if isinstance(reason, str) else ""))


def _unreadable() -> BadInput:
    return BadInput(None, _("This is not an event about a mail, written as one JSON object."))
