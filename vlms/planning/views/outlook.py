"""Money at risk: its page, its curve, its files, and panels on home and agreement pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.agreements.queries import get_agreement, get_agreement_alone, list_agreements
from vlms.catalog.queries import get_product
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import NotFound
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.planning.curve import Point, Strand, curve_of, lives_of
from vlms.planning.exports import a_week, risk_table
from vlms.planning.outlook import Risk
from vlms.planning.outlook_words import NOTES, NUDGE_WORDS, place_of
from vlms.planning.queries.lives import list_lives
from vlms.planning.queries.nudges import SHOWN, list_nudges
from vlms.planning.queries.outlook import list_risks
from vlms.planning.rules.at_risk import amounts_by_currency
from vlms.web.access import requires
from vlms.web.charts import NO_CELL, Chart, count_cell
from vlms.web.lists import Filter, ListPage
from vlms.web.locales import show_day
from vlms.web.pages import send_table
from vlms.web.panels import Panel, add_panel

outlook = Blueprint("outlook", __name__, url_prefix="/o/<organisation>/outlook")
_MOST_IN_PANEL = 3


@outlook.get("/")
@requires(Permission.VIEW_OUTLOOK)
def index() -> str:
    page = _list()
    agreement_id = _asked(page)
    risks = list_risks(db.session(), g.workspace.organisation_id, g.now, agreement_id)
    sees_people = g.actor.may(Permission.VIEW_CODES)
    return render_template(
        "outlook/index.html",
        list=page,
        risks=risks,
        amounts=amounts_by_currency(risk.amounts for risk in risks),
        nudges=_nudges(agreement_id) if sees_people else None,
        most=SHOWN,
        reminders=_reminders(),
        nudge_words=NUDGE_WORDS,
        notes=NOTES,
        place_of=place_of,
        a_week=a_week,
    )


@outlook.get("/<uuid:agreement_id>/<uuid:product_id>")
@requires(Permission.VIEW_OUTLOOK)
def show(agreement_id: UUID, product_id: UUID) -> str:
    """What is unused of one product under one agreement, drawn against time."""
    agreement = get_agreement(db.session(), agreement_id)
    product = get_product(db.session(), product_id)
    risks = [
        risk
        for risk in list_risks(db.session(), agreement.organisation_id, g.now, agreement_id)
        if risk.stock.product.id == product_id
    ]
    if not risks:
        raise NotFound(None, _("Nothing of this product can still be used under this agreement."))
    today = local_day(g.now, agreement.time_zone)
    return render_template(
        "outlook/show.html",
        agreement=agreement,
        product=product,
        risks=risks,
        amounts=amounts_by_currency(risk.amounts for risk in risks),
        charts=[_chart(curve_of(_strands(risks, today), today))],
        place_of=place_of,
        notes=NOTES,
        a_week=a_week,
    )


@outlook.get("/money-at-risk.<form>")
@requires(Permission.VIEW_OUTLOOK)
def download(form: str) -> Response:
    agreement_id = _asked(_list())
    risks = list_risks(db.session(), g.workspace.organisation_id, g.now, agreement_id)
    return send_table(risk_table(risks, g.now), "money-at-risk", form)


def _list() -> ListPage:
    agreements = {str(one.id): one.number for one in list_agreements(db.session())}
    return ListPage("outlook.index", (), (Filter("agreement", _("Agreement"), agreements),))


def _asked(page: ListPage) -> UUID | None:
    value = page.filters[0].value
    return UUID(value) if value else None


def _nudges(agreement_id: UUID | None) -> Sequence[object]:
    return list_nudges(db.session(), g.workspace.organisation_id, g.now, agreement_id)


def _reminders() -> str | None:
    """Where reminders are sent, if this visitor may send them."""
    access = getattr(current_app.view_functions.get("reminders.index"), "access", None)
    return url_for("reminders.index") if access and g.actor.may(access) else None


def _strands(risks: Sequence[Risk], today: date) -> list[Strand]:
    """Each stock of the rows once; those of packs tell their own history."""
    stocks = {id(risk.stock): risk for risk in risks}
    key = risks[0].key
    lives = list_lives(db.session(), risks[0].stock.agreement.organisation_id, key).get(key, [])
    return [
        Strand(one.stock, lives_of(one.stock, today) if one.stock.pack else lives, one.pace)
        for one in stocks.values()
    ]


def _chart(points: Sequence[Point]) -> Chart:
    def row(point: Point) -> tuple[str, list[Any]]:
        left = point.expected
        ahead = (
            [NO_CELL] * 3
            if left is None
            else [count_cell(left.expected), count_cell(left.low), count_cell(left.high)]
        )
        return show_day(point.day), [
            NO_CELL if point.was is None else count_cell(point.was),
            *ahead,
        ]

    return Chart(
        "outlook",
        _("Unused codes against time"),
        _(
            "What was unused at the end of each week, and what is expected to be until the last "
            "day. What is unused then lapses."
        ),
        _("Day"),
        [_("Until today"), _("Expected"), _("At least"), _("At most")],
        [row(point) for point in points],
        is_line=True,
    )


def _of_workspace(organisation_id: UUID) -> dict[str, Any] | None:
    return _panel(list_risks(db.session(), organisation_id, g.now), {})


def _of_agreement(agreement_id: UUID) -> dict[str, Any] | None:
    agreement = get_agreement_alone(db.session(), agreement_id)
    risks = list_risks(db.session(), agreement.organisation_id, g.now, agreement_id)
    return _panel(risks, {"agreement": str(agreement_id)})


def _panel(risks: Sequence[Risk], asked: dict[str, str]) -> dict[str, Any] | None:
    if not risks:
        return None
    return {
        "risks": [one for one in risks if one.left.expected][:_MOST_IN_PANEL],
        "amounts": amounts_by_currency(one.amounts for one in risks),
        "asked": asked,
        "place_of": place_of,
    }


add_panel(Panel("home", Permission.VIEW_OUTLOOK, "outlook/panel.html", _of_workspace))
add_panel(Panel("agreement", Permission.VIEW_OUTLOOK, "outlook/panel.html", _of_agreement))
