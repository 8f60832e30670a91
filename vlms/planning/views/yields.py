"""What the codes led to: its page and its files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from vlms.accounts.models import Organisation
from vlms.agreements.queries import list_agreements
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.reading import read_day
from vlms.core.text import _
from vlms.planning.queries.yields import SHOWN, Period, list_nowhere, list_yields
from vlms.planning.rules.yields import End, all_by_currency
from vlms.planning.yield_exports import nowhere_table, yield_table
from vlms.planning.yield_words import END_WORDS, NOTES, team_name
from vlms.web.access import requires
from vlms.web.lists import Filter, ListPage, day_filter
from vlms.web.pages import send_table, wanted

yields = Blueprint("yields", __name__, url_prefix="/o/<organisation>/yields")
_LABELS = {"first": _("First day"), "last": _("Last day")}


@yields.get("/")
@requires(Permission.VIEW_OUTLOOK)
def index() -> str:
    days, wrong = _days()
    page = _list(wrong)
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
    rows = list_yields(db.session(), _of_file())
    return send_table(yield_table(rows, g.now), "from-codes-to-certifications", form)


@yields.get("/led-nowhere.<form>")
@requires(Permission.VIEW_CODES)
def nowhere(form: str) -> Response:
    rows = list_nowhere(db.session(), _of_file())
    return send_table(nowhere_table(rows, g.now), "codes-that-led-nowhere", form)


def _of_file() -> Period:
    """As for the page; here days that cannot be read are refused."""
    days, wrong = _days()
    for refusal in wrong.values():
        raise refusal
    return _period(_list({}), days)


def _list(wrong: Mapping[str, DomainError]) -> ListPage:
    agreements = {str(one.id): one.number for one in list_agreements(db.session())}
    days = (day_filter(name, label, wrong.get(name)) for name, label in _LABELS.items())
    return ListPage("yields.index", (), (*days, Filter("agreement", _("Agreement"), agreements)))


def _days() -> tuple[dict[str, date], dict[str, DomainError]]:
    """What is asked in the address, and what is wrong with it, by field."""
    days: dict[str, date] = {}
    wrong: dict[str, DomainError] = {}
    for name, label in _LABELS.items():
        try:
            if typed := wanted(name):
                days[name] = read_day(typed, label)
        except DomainError as refusal:
            wrong[name] = refusal
    return days, wrong


def _period(page: ListPage, days: Mapping[str, date]) -> Period:
    owner = db.session().get_one(Organisation, g.workspace.organisation_id)
    typed = page.filters[-1].value
    agreement = UUID(typed) if typed else None
    return Period.asked(owner, days.get("first"), days.get("last"), g.now, agreement)
