"""The report on who bears what was ordered, and on what was saved."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from vlms.billing.charge_back_exports import GIVING_WORDS, NOTES, charge_back_table
from vlms.billing.queries.charge_back import Ordered, list_savings, list_shared
from vlms.billing.rules.charge_back import charge_back as divided
from vlms.billing.rules.charge_back import totals_of
from vlms.billing.rules.saving import saved_of
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.asked import AskedDays, asked_between, require_usable
from vlms.web.pages import send_table

charge_back = Blueprint("charge_back", __name__, url_prefix="/o/<organisation>/charge-back")
_FIRST, _LAST = ("first", _("Ordered from")), ("last", _("until"))


@charge_back.get("/")
@requires(Permission.VIEW_BUDGETS)
def index() -> str:
    days = _days()
    asked = _asked(days)
    parts = divided(list_shared(db.session(), asked))
    return render_template(
        "charge_back/index.html",
        asked=asked,
        refusals=days.errors,
        tables=[
            (total, [part for part in parts if part.amount.currency == total.currency])
            for total in totals_of(part.amount for part in parts)
        ],
        savings=saved_of(list_savings(db.session(), asked)),
        words=GIVING_WORDS,
        notes=NOTES,
    )


@charge_back.get("/charge-back.<form>")
@requires(Permission.VIEW_BUDGETS)
def download(form: str) -> Response:
    days = _days()
    require_usable(days.errors)
    lines = list_shared(db.session(), _asked(days))
    table = charge_back_table(divided(lines), totals_of(line.amount for line in lines), g.now)
    return send_table(table, "charge-back", form)


def _days() -> AskedDays:
    return asked_between(_FIRST, _LAST, local_day(g.now, g.workspace.time_zone))


def _asked(days: AskedDays) -> Ordered:
    """The days in the address, else this year until today, where the organisation is."""
    today = local_day(g.now, g.workspace.time_zone)
    last = days.last.value or today
    first = days.first.value or last.replace(month=1, day=1)
    return Ordered(g.workspace.organisation_id, first, last)
