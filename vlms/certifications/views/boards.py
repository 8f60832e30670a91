"""What both boards share: an organisation's, and a manager's of their people (F13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from babel.dates import format_skeleton
from flask import g
from flask_babel import get_locale
from sqlalchemy.orm import Session

from vlms.accounts.directory_queries import names_of_managers
from vlms.certifications.exports.board import board_table
from vlms.certifications.models import HeldCertification
from vlms.certifications.queries.board import (
    BoardFilter,
    count_months,
    list_board,
    search_board,
)
from vlms.certifications.rules.board_edges import edges_on
from vlms.certifications.rules.renewal import ZONE, RenewalState, state_at
from vlms.certifications.terms import renewal_terms
from vlms.certifications.words import STATE_WORDS
from vlms.core.clock import local_day
from vlms.core.text import _
from vlms.exports.table import Table
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.locales import name_of
from vlms.web.pages import listing, wanted

HEADINGS = (
    Heading("person", _("Full name")),
    Heading("manager", _("Manager")),
    Heading("certification", _("Certification"), "certification"),
    Heading("earned", _("Earned on"), "earned", "nowrap"),
    Heading("expires", _("Valid until"), "expires", "nowrap"),
    Heading("state", _("State"), None, "nowrap"),
)


def board_filter(organisation_id: UUID | None) -> BoardFilter:
    """As the address asks; what cannot be read there counts as not asked."""
    today = local_day(g.now, ZONE)
    state = wanted("state")
    return BoardFilter(
        edges_on(today, renewal_terms(today).terms),
        organisation_id,
        RenewalState(state) if state in set(RenewalState) else None,
        _month(wanted("month")),
        _key(wanted("manager")),
        wanted("q"),
    )


def _month(typed: str | None) -> date | None:
    try:
        return date.fromisoformat(f"{typed}-01") if typed and len(typed) == 7 else None
    except ValueError:
        return None


def _key(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None


def board_list(endpoint: str, asked: BoardFilter, managers: dict[str, str]) -> ListPage:
    filters = [
        Filter("q", _("Search in this list"), hint=_("Name, address or number")),
        Filter("state", _("State"), {one.value: word for one, word in STATE_WORDS.items()}),
        Filter("manager", _("Team of"), managers, is_offered=bool(managers)),
        Filter("month", _("Month of expiry"), hint=_("As in 2026-09"), pattern="[0-9]{4}-[0-9]{2}"),
    ]
    headings = [one for one in HEADINGS if managers or one.name != "manager"]
    return ListPage(endpoint, headings, filters)


def board_facts(
    session: Session, endpoint: str, asked: BoardFilter, managers: dict[str, str]
) -> dict[str, object]:
    """What a board's page shows."""
    found = search_board(session, asked, listing("earned" if asked.shows_kept else "expires"))
    return {
        "list": board_list(endpoint, asked, managers),
        "found": found,
        "managers": names_of_managers(session, [one.person for one in found.rows]),
        "months": count_months(session, asked),
        "month_name": month_name,
        "words": STATE_WORDS,
        "state_of": state_now(),
    }


def month_name(month: date) -> str:
    """The month and its year as the reader writes them."""
    return str(format_skeleton("yMMMM", month, locale=get_locale()))


def state_now() -> Callable[[HeldCertification], RenewalState]:
    terms, now = renewal_terms(local_day(g.now, ZONE)).terms, g.now
    return lambda held: state_at(held.expires_on, now, terms)


def board_file(session: Session, asked: BoardFilter) -> Table[HeldCertification]:
    found = list_board(session, asked)
    managers = names_of_managers(session, [one.person for one in found])
    return board_table(found, managers, state_now(), (name_of, g.now))
