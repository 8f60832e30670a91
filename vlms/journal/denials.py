"""Journals that somebody was refused for want of a permission.

In a second, short unit of work, since the refusal took the first one back. Once an hour for a
page, and so many an hour for a user: who tries again and again does not flood the journal.
"""

from __future__ import annotations

import structlog
from flask import Flask, g, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from vlms.accounts.models import User
from vlms.audit.service import journal
from vlms.core.errors import TooMany
from vlms.core.text import _
from vlms.core.tries import count_try
from vlms.core.work import Work, working
from vlms.web.access import Visitor, Workspace
from vlms.web.words import add_words

REFUSED = "access.refused"
MOST_OF_A_USER = 60
_FORBIDDEN = 403
_log = structlog.get_logger()

add_words(
    {REFUSED: _("Access refused"), "audit_detail.erased": _("What the journal told was erased")},
    {"endpoint": _("Page")},
)


def install(app: Flask) -> None:
    """Tell of each answer that refuses a visitor who has signed in."""
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    if response.status_code != _FORBIDDEN or g.get("workspace") is None or g.visitor is None:
        return response
    try:
        with working(g.actor, g.scope, g.now) as work:
            tell_refused(work, g.visitor, g.workspace, request.endpoint or "")
    except TooMany:
        pass
    except OperationalError:
        # The refusal stands all the same; what could not be told is in the log.
        _log.warning("refusal not journalled", endpoint=request.endpoint)
    return response


def tell_refused(work: Work, visitor: Visitor, workspace: Workspace, endpoint: str) -> None:
    """Raises TooMany, and nothing is written, for what was told within the hour."""
    at_keyboard = visitor.behind or visitor
    who = f"{at_keyboard.user_id}:{workspace.organisation_id}"
    count_try(work, "refused page", f"{who}:{endpoint}", 1)
    count_try(work, "refused user", who, MOST_OF_A_USER)
    record = (User.__tablename__, visitor.user_id, workspace.organisation_id)
    journal(work, REFUSED, record, after={"endpoint": endpoint})
