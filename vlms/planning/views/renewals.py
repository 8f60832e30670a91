"""Ends and renewals: what ends soon, certificates, renewing an agreement, prices, drafts."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.agreements.queries import get_agreement, get_agreement_alone, list_agreements
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.views.blueprint import window_days
from vlms.planning.forms.renewals import BasisForm, RenewalForm, first_shown
from vlms.planning.queries.closings import find_latest, has_ended, search_closings
from vlms.planning.queries.renewals import (
    WITHIN,
    find_follower,
    find_predecessor_of,
    list_due,
    list_roles_for,
)
from vlms.planning.renewal_words import ACTION_WORDS, BASIS_WORDS, COLUMN_WORDS, KIND_WORDS
from vlms.planning.service.price_review import Basis, draft_line, draft_renewal, review_prices
from vlms.planning.service.renewals import following_term, renew_agreement, undo_renewal
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.forms import Form
from vlms.web.lists import Filter, ListPage
from vlms.web.locales import show_day
from vlms.web.pages import listing, wanted
from vlms.web.panels import Panel, add_panel
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

renewals = Blueprint("renewals", __name__, url_prefix="/o/<organisation>/renewals")
add_words(ACTION_WORDS, COLUMN_WORDS)
_MOST_IN_PANEL = 3


@renewals.get("/")
@requires(Permission.VIEW_CLOSINGS)
def index() -> str:
    page = _list()
    within, kind, agreement_id = (one.value for one in page.filters)
    due = [
        one
        for one in list_due(
            db.session(), g.workspace.organisation_id, g.now, int(within or WITHIN[0])
        )
        if kind in (None, one.kind.value) and agreement_id in (None, str(one.agreement.id))
    ]
    closings = search_closings(db.session(), g.workspace.organisation_id, None, listing("-drawn"))
    return render_template(
        "renewals/index.html",
        list=page,
        due=due,
        kinds=KIND_WORDS,
        closings=closings,
        form=Form(formdata=None),
    )


def _list() -> ListPage:
    days = {str(one): _("In %(days)s days", days=one) for one in WITHIN[1:]}
    agreements = {str(one.id): one.number for one in list_agreements(db.session())}
    return ListPage(
        "renewals.index",
        (),
        (
            Filter("within", _("Due"), days, unasked=_("In %(days)s days", days=WITHIN[0])),
            Filter("kind", _("What ends"), {one.value: word for one, word in KIND_WORDS.items()}),
            Filter("agreement", _("Agreement"), agreements),
        ),
    )


@renewals.get("/<uuid:agreement_id>")
@requires(Permission.VIEW_CLOSINGS)
def show(agreement_id: UUID) -> str:
    """What the products of an agreement cost now against then, and what can be done next."""
    agreement = get_agreement(db.session(), agreement_id)
    basis = Basis.USED if wanted("basis") == Basis.USED else Basis.SAME
    return render_template(
        "renewals/show.html",
        agreement=agreement,
        follower=find_follower(db.session(), agreement.id),
        review=review_prices(db.session(), agreement, g.now, window_days(), basis),
        basis=basis,
        words=BASIS_WORDS,
        term=following_term(agreement),
        form=BasisForm(formdata=None, data={"basis": basis.value}),
    )


@renewals.route("/<uuid:agreement_id>/renew", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def renew(agreement_id: UUID) -> Response | tuple[str, int]:
    old = get_agreement(db.session(), agreement_id)
    roles = list_roles_for(db.session(), old)
    form = RenewalForm(data=first_shown(old, roles))
    form.offer(old, roles)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                renew_agreement(work, agreement_id, form.facts())
                work.location = url_for(".show", agreement_id=agreement_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The agreement is renewed."))
    page = render_template(
        "renewals/renew.html", form=form, agreement=old, first_day=following_term(old)[0]
    )
    return page, 422 if form.is_refused else 200


@renewals.route("/<uuid:agreement_id>/undo", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def undo(agreement_id: UUID) -> str | Response | tuple[str, int]:
    old = get_agreement(db.session(), agreement_id)
    follower = find_follower(db.session(), old.id)
    if follower is None:
        return redirect(url_for(".show", agreement_id=agreement_id))
    question = Question(
        _("Undo the renewal"),
        old.number,
        (
            (_("Renewed by"), follower.number),
            (_("First day"), show_day(follower.first_day)),
            (_("Last day"), show_day(follower.last_day)),
        ),
        (
            (_("The agreement that follows goes for good, with its contacts and schools."), None),
            (_("Roles for it end. Nothing may have been ordered under it, drafts included."), "O1"),
        ),
        _("Undo the renewal"),
        "arrow-back-up",
        url_for(".show", agreement_id=agreement_id),
        takes_away=True,
    )

    def act(work: Work) -> None:
        undo_renewal(work, agreement_id)

    return confirmed(question, act, _("The agreement is not renewed."))


@renewals.post("/<uuid:agreement_id>/draft")
@requires(Permission.PLACE_ORDERS)
def draft(agreement_id: UUID) -> Response:
    """Draft the order of the agreement that follows, and open it."""
    get_agreement(db.session(), agreement_id)
    form = BasisForm()
    if not form.validate_on_submit():
        return redirect(url_for(".show", agreement_id=agreement_id))
    with unit_of_work(form) as work:
        order = draft_renewal(work, agreement_id, form.chosen)
        work.location = url_for("orders.edit", order_id=order.id)
    return answer(work, _("The draft is made. Look through it, then place it."))


@renewals.post("/<uuid:agreement_id>/lines/<uuid:product_id>/<day>")
@requires(Permission.PLACE_ORDERS)
def draft_next(agreement_id: UUID, product_id: UUID, day: str) -> Response:
    """Draft the next 12 months of the lines of a product that end on a day, and open it."""
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".index"))
    with unit_of_work(form) as work:
        order = draft_line(work, agreement_id, product_id, _day(day))
        work.location = url_for("orders.edit", order_id=order.id)
    return answer(work, _("The draft is made. Look through it, then place it."))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return date.min


def _of_workspace(organisation_id: UUID) -> dict[str, Any] | None:
    due = [one for one in list_due(db.session(), organisation_id, g.now) if not one.is_renewed]
    return {"due": due[:_MOST_IN_PANEL], "count": len(due)} if due else None


def _of_agreement(agreement_id: UUID) -> dict[str, Any] | None:
    """Its certificate, what it follows and what follows it."""
    agreement = get_agreement_alone(db.session(), agreement_id)
    return {
        "agreement": agreement,
        "has_ended": has_ended(agreement, g.now),
        "closing": find_latest(db.session(), agreement.id),
        "follower": find_follower(db.session(), agreement.id),
        "predecessor": find_predecessor_of(db.session(), agreement),
    }


add_panel(Panel("home", Permission.VIEW_CLOSINGS, "renewals/panel.html", _of_workspace))
add_panel(Panel("agreement", Permission.VIEW_CLOSINGS, "renewals/of_agreement.html", _of_agreement))
