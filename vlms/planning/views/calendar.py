"""The calendar: every clock that the visitor may see, as a list, by month, along the year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_skeleton, get_day_names
from flask import Blueprint, g, render_template, url_for
from flask_babel import get_locale

from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.exports.calendar import Entry
from vlms.planning.calendar import every_entry
from vlms.planning.calendar_kinds import KIND_WORDS, Kind
from vlms.planning.looking import Look
from vlms.planning.rules.months import EARLIEST, LATEST, month_of, months_from, weeks_of
from vlms.web.access import requires
from vlms.web.lists import Filter, ListPage, unusable
from vlms.web.pages import wanted

calendar = Blueprint("calendar", __name__, url_prefix="/o/<organisation>/calendar")
VIEWS = {"list": _("List"), "month": _("Month"), "timeline": _("Timeline")}
# A list shows so many; the month view leads to those that come later.
_SHOWN = 300
_IN_A_CELL = 3
_TIMELINE_MONTHS = 12


@calendar.get("/")
@requires(Permission.VIEW_WORKSPACE)
def index() -> str:
    """`view` is list, month or timeline, `month` as 2026-11, `kind` a sort of clock."""
    kinds = Filter("kind", _("Kind"), {kind.value: KIND_WORDS[kind] for kind in Kind})
    today = local_day(g.now, g.workspace.time_zone)
    entries = [one for one in every_entry(_look(), _address) if kinds.value in (None, one.kind)]
    view = asked if (asked := wanted("view")) in VIEWS else "list"
    shown = {"month": _month, "timeline": _timeline}.get(view, _list)
    return render_template(
        "calendar/index.html",
        list=ListPage("calendar.index", (), (kinds,), kept=("view", "month"), wrong=_wrong(today)),
        view=view,
        views=VIEWS,
        today=today,
        kind_words={kind.value: word for kind, word in KIND_WORDS.items()},
        count=len(entries),
        month_name=month_name,
        short_month=short_month,
        month_key=month_key,
        **shown(entries, today),
    )


def _wrong(today: date) -> list[DomainError]:
    """What no view nor month of the calendar is."""
    view, month = wanted("view"), wanted("month")
    found = [unusable("view", view, _("How it is shown"))] if view and view not in VIEWS else []
    if month and month != month_key(month_of(month, today)):
        found.append(unusable("month", month, _("Month")))
    return found


def _look() -> Look:
    place = g.workspace
    return Look(db.session(), g.now, g.actor, place.organisation_id, place.kind, place.time_zone)


def _address(endpoint: str, **arguments: Any) -> str:
    return url_for(endpoint, **arguments)


def _list(entries: Sequence[Entry], _today: date) -> dict[str, Any]:
    """By month; what is due stands first."""
    months: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries[:_SHOWN]:
        months[entry.day.replace(day=1)].append(entry)
    return {"months": months, "left": max(len(entries) - _SHOWN, 0)}


def _month(entries: Sequence[Entry], today: date) -> dict[str, Any]:
    month = month_of(wanted("month"), today)
    first_weekday = _first_weekday()
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_day[entry.day].append(entry)
    names = get_day_names("abbreviated", locale=get_locale())
    before, _this, after = months_from(_last_month(month), 3)
    return {
        "month": month,
        "weeks": weeks_of(month, first_weekday),
        "weekdays": [names[(first_weekday + number) % 7] for number in range(7)],
        "by_day": by_day,
        "in_month": [one for one in entries if one.day.replace(day=1) == month],
        "in_a_cell": _IN_A_CELL,
        "before": before if month > EARLIEST else None,
        "after": after if month < LATEST else None,
    }


def _last_month(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _timeline(entries: Sequence[Entry], today: date) -> dict[str, Any]:
    """How many clocks of each kind run out in each of the coming months."""
    months = months_from(today.replace(day=1), _TIMELINE_MONTHS)
    counts = Counter((entry.kind, entry.day.replace(day=1)) for entry in entries)
    later = Counter(entry.kind for entry in entries if entry.day.replace(day=1) > months[-1])
    kinds = [kind for kind in Kind if any(entry.kind == kind.value for entry in entries)]
    return {"months": months, "counts": counts, "later": later, "kinds": kinds}


def _first_weekday() -> int:
    """Monday is 0; as the visitor's language has it."""
    locale = get_locale()
    return int(locale.first_week_day) if locale is not None else 0


def month_name(month: date) -> str:
    """The month and its year as the reader writes them."""
    return str(format_skeleton("yMMMM", month, locale=get_locale()))


def short_month(month: date) -> str:
    """The same in little room."""
    return str(format_skeleton("yMMM", month, locale=get_locale()))


def month_key(month: date) -> str:
    """The month as it stands in an address."""
    return f"{month:%Y-%m}"
