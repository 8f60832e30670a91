"""Makes, renews and revokes the secret address of a user's calendar."""

from __future__ import annotations

import hmac
from uuid import UUID

from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict
from vlms.core.keys import KeyRing
from vlms.core.text import _
from vlms.core.tokens import random_text
from vlms.core.work import Work
from vlms.planning.models.calendar_feeds import CalendarFeed
from vlms.planning.queries.calendar_feeds import find_open_feed


def make_feed(work: Work, user_id: UUID) -> str:
    """A new secret; the one before opens nothing any more. It is told this once.

    Raises Conflict when another is made at the same moment.
    """
    end_feed(work, user_id)
    secret = random_text()
    work.does("calendar_feed.made")
    with refusing_doubles(work, uq_calendar_feed_open=_made_twice()):
        work.session.add(
            CalendarFeed(
                user_id=user_id, secret_digest=digest_of(work.keys, secret), made_at=work.now
            )
        )
    return secret


def end_feed(work: Work, user_id: UUID) -> bool:
    """Revoke the user's address; whether there was one."""
    feed = find_open_feed(work.session, user_id)
    if feed is None:
        return False
    work.does("calendar_feed.revoked")
    feed.ended_at = work.now
    work.flush()
    return True


def digest_of(keys: KeyRing, secret: str) -> bytes:
    """What is kept of a secret: who reads the table cannot read the calendar."""
    return hmac.digest(keys.index, b"calendar|" + secret.encode(), "sha256")


def _made_twice() -> Conflict:
    return Conflict(
        None,
        _("Another address was made at the same moment."),
        way_out=_("Load the page again, and make a new one if you need it."),
    )
