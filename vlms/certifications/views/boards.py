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
from vlms.core.near_days import read_near_month
from vlms.core.text import _
from vlms.exports.table import Table
from vlms.web.asked import Asked, asked, require_usable
from vlms.web.lists import Filter, Heading, ListPage, unusable
from vlms.web.locales import name_of
from vlms.web.pages import listing, wanted

MONTH, _TEAM = _("Month of expiry"), _("Team of")
HEADINGS = (
    Heading("person", _("Full name")),
    Heading("manager", _("Manager")),
    Heading("certification", _("Certification"), "certification"),
    Heading("earned", _("Earned on"), "earned", "nowrap"),
    Heading("expires", _("Valid until"), "expires", "nowrap"),
    Heading("state", _("State"), None, "nowrap"),
)


def board_filter(organisation_id: UUID | None) -> BoardFilter:
    """As the address asks; what cannot be used there counts as not asked, and its list says so."""
    today = local_day(g.now, ZONE)
    state = wanted("state")
    return BoardFilter(
        edges_on(today, renewal_terms(today).terms),
        organisation_id,
        RenewalState(state) if state in set(RenewalState) else None,
        _month().value,
        _key(wanted("manager")),
        wanted("q"),
    )


def _month() -> Asked[date]:
    return asked("month", MONTH, read_near_month)


def _key(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None


def _state_filter() -> Filter:
    return Filter("state", _("State"), {one.value: word for one, word in STATE_WORDS.items()})


def _month_filter() -> Filter:
    return Filter(
        "month",
        MONTH,
        hint=_("As in 2026-09"),
        pattern="[0-9]{4}-[0-9]{2}",
        error=_month().error,
    )


def board_list(endpoint: str, managers: dict[str, str]) -> ListPage:
    filters = [
        Filter("q", _("Search in this list"), hint=_("Name, address or number")),
        _state_filter(),
        Filter("manager", _TEAM, managers, is_offered=bool(managers)),
        _month_filter(),
    ]
    headings = [one for one in HEADINGS if managers or one.name != "manager"]
    return ListPage(endpoint, headings, filters)


def board_facts(
    session: Session, endpoint: str, narrowed: BoardFilter, managers: dict[str, str]
) -> dict[str, object]:
    """What a board's page shows."""
    found = search_board(session, narrowed, listing("earned" if narrowed.shows_kept else "expires"))
    return {
        "list": board_list(endpoint, managers),
        "found": found,
        "managers": names_of_managers(session, [one.person for one in found.rows]),
        "months": count_months(session, narrowed),
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


def check_board() -> None:
    """Raises BadInput where a file would leave out what the address asks."""
    require_usable((), (_state_filter(), _month_filter()))
    typed = wanted("manager")
    if typed and _key(typed) is None:
        raise unusable("manager", typed, _TEAM)


def board_file(session: Session, narrowed: BoardFilter) -> Table[HeldCertification]:
    found = list_board(session, narrowed)
    managers = names_of_managers(session, [one.person for one in found])
    return board_table(found, managers, state_now(), (name_of, g.now))
