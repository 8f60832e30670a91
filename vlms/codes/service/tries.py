"""Counts tries in the database, so that nobody guesses codes or addresses at leisure (F7).

Who tries is an account or, for strangers, the address they come from; each has a count of
its own an hour, so that nobody locks out anybody else who has signed in.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from vlms.codes.request_models import TryCount
from vlms.core.errors import TooMany
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work

LOOK_UPS = "code_look_up"
LINKS_BY_ADDRESS = "claim_link_by_address"
LINKS_BY_MAIL = "claim_link_by_mail"
REQUESTS = "code_request"
DESK_LOOK_UPS = "desk_look_up"
SEARCHES = "code_search"
CERTIFICATES = "certificate_look_up"
SLIPS = "slip"
CALENDAR_FEEDS = "calendar_feed"
UNKNOWN_ROWS = "report_unknown_code"
REVEALS = "code_reveal"
# Tries an hour; who needs more asks somebody.
LIMITS = {
    LOOK_UPS: 10,
    LINKS_BY_ADDRESS: 10,
    LINKS_BY_MAIL: 3,
    REQUESTS: 5,
    DESK_LOOK_UPS: 30,
    SEARCHES: 30,
    CERTIFICATES: 30,
    SLIPS: 30,
    CALENDAR_FEEDS: 30,
    # A provider's report of a week may name codes of many organisations.
    UNKNOWN_ROWS: 1_000,
    # C8: of codes that are nobody's yet, to an admin.
    REVEALS: 60,
}
_KEPT = timedelta(days=1)


def take_try(work: Work, kind: str, who: str, count: int = 1) -> None:
    """Count one more try, or several, before it is made. Raises TooMany beyond the hour's limit.

    The condition and the change are one statement: of many at once no more get through.
    """
    key = (TryCount.kind == kind, TryCount.who == digest(work, who), TryCount.hour == _hour(work))
    if _add(work, kind, count, *key):
        return
    _begin_hour(work, kind, digest(work, who))
    if not _add(work, kind, count, *key):
        raise too_many()


def give_back(work: Work, kind: str, who: str) -> None:
    """Uncount a try that succeeded: only failures count."""
    guarded_update(
        work.session,
        TryCount,
        TryCount.kind == kind,
        TryCount.who == digest(work, who),
        TryCount.hour == _hour(work),
        TryCount.count > 0,
        count=TryCount.count - 1,
    )


def too_many() -> TooMany:
    return TooMany(
        None,
        _("This was tried too often within the hour."),
        way_out=_("Wait for the next hour; nothing is lost, and your codes stay yours."),
    )


def digest(work: Work, who: str) -> str:
    """A keyed digest of an account or address: the table names nobody."""
    return hmac.digest(work.keys.index, b"try|" + who.encode(), "sha256").hex()


def _add(work: Work, kind: str, count: int, *key: object) -> bool:
    conditions = (*key, TryCount.count <= LIMITS[kind] - count)
    changed = guarded_update(work.session, TryCount, *conditions, count=TryCount.count + count)  # type: ignore[arg-type]
    return changed == 1


def _begin_hour(work: Work, kind: str, who: str) -> None:
    """The hour's row; somebody else may have made it at the same moment."""
    hour = _hour(work)
    work.session.execute(delete(TryCount).where(TryCount.hour < hour - _KEPT))
    try:
        with work.session.begin_nested():
            work.session.add(TryCount(kind=kind, who=who, hour=hour, count=0))
    except IntegrityError:
        return


def _hour(work: Work) -> datetime:
    return work.now.replace(minute=0, second=0, microsecond=0)
