"""What the codes led to: its page and its files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from vlms.accounts.models import Organisation
from vlms.agreements.queries import list_agreements
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.exports.table import Table
from vlms.planning.queries.yields import SHOWN, Period, list_nowhere, list_yields
from vlms.planning.rules.yields import End, all_by_currency
from vlms.planning.yield_exports import for_rows, nowhere_table, yield_table
from vlms.planning.yield_words import END_WORDS, NOTES, team_name
from vlms.web.access import requires
from vlms.web.asked import AskedDays, asked_between, require_usable
from vlms.web.lists import Filter, ListPage, day_filter
from vlms.web.pages import send_table

yields = Blueprint("yields", __name__, url_prefix="/o/<organisation>/yields")
_FIRST, _LAST = ("first", _("First day")), ("last", _("Last day"))


@yields.get("/")
@requires(Permission.VIEW_OUTLOOK)
def index() -> str:
    days = _days()
    page = _list(days)
    period = _period(page, days)
    rows = list_yields(db.session(), period)
    sees_codes = g.actor.may(Permission.VIEW_CODES)
    return render_template(
        "yields/index.html",
        list=page,
        period=period,
        rows=rows,
        sums=all_by_currency(rows),
        nowhere=list_nowhere(db.session(), period, SHOWN) if sees_codes else None,
        most=SHOWN,
        ends=End,
        end_words=END_WORDS,
        notes=NOTES,
        team_name=team_name,
    )


@yields.get("/from-codes-to-certifications.<form>")
@requires(Permission.VIEW_OUTLOOK)
def download(form: str) -> Response:
    period = _of_file()
    table = yield_table(list_yields(db.session(), period), period, g.now)
    return _send(table, period, "from-codes-to-certifications", form)


@yields.get("/led-nowhere.<form>")
@requires(Permission.VIEW_CODES)
def nowhere(form: str) -> Response:
    period = _of_file()
    table = nowhere_table(list_nowhere(db.session(), period), period, g.now)
    return _send(table, period, "codes-that-led-nowhere", form)


def _send(table: Table[Any], period: Period, name: str, form: str) -> Response:
    """CSV has rows alone, so each of them says whose they are and of which days."""
    shown = for_rows(table, period) if form == "csv" else table
    return send_table(shown, name, form)


def _of_file() -> Period:
    """As for the page; here what cannot be used is refused."""
    days = _days()
    page = _list(days)
    require_usable((), page.filters)
    return _period(page, days)


def _days() -> AskedDays:
    return asked_between(_FIRST, _LAST, local_day(g.now, g.workspace.time_zone))


def _list(days: AskedDays) -> ListPage:
    agreements = {str(one.id): one.number for one in list_agreements(db.session())}
    first, last = day_filter(*_FIRST, days.first.error), day_filter(*_LAST, days.last.error)
    of = Filter("agreement", _("Agreement"), agreements)
    return ListPage("yields.index", (), (first, last, of))


def _period(page: ListPage, days: AskedDays) -> Period:
    owner = db.session().get_one(Organisation, g.workspace.organisation_id)
    typed = page.filters[-1].value
    agreement = UUID(typed) if typed else None
    period = Period.asked(owner, days.first.value, days.last.value, g.now, agreement)
    return replace(period, agreement_number=str(page.filters[-1].shown)) if typed else period
