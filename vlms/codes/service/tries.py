"""What is counted so that nobody guesses codes or addresses at leisure (F7), and how often."""

from __future__ import annotations

from vlms.core.tries import count_try, digest, uncount_try, watch
from vlms.core.work import Work

__all__ = ["digest", "give_back", "take_try"]

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
# Where these fail, somebody may be guessing.
watch(LOOK_UPS, DESK_LOOK_UPS, SEARCHES, CERTIFICATES, SLIPS, CALENDAR_FEEDS)


def take_try(work: Work, kind: str, who: str, count: int = 1) -> None:
    """Count one more try, or several, before it is made. Raises TooMany beyond the hour's limit."""
    count_try(work, kind, who, LIMITS[kind], count)


def give_back(work: Work, kind: str, who: str) -> None:
    """Uncount a try that succeeded: only failures count."""
    uncount_try(work, kind, who)
