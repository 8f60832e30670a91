"""Seeing the system as one user of an organisation, to help them (G7)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.models import Organisation
from vlms.accounts.queries import get_user
from vlms.accounts.views.subject import subject, subject_address
from vlms.authentication.errors import VisitRefused
from vlms.authentication.factor_forms import VisitForm
from vlms.authentication.rules.visits import LASTS
from vlms.authentication.service.visits import (
    BEGUN,
    BY_HAND,
    BY_LOSS,
    BY_TIME,
    ENDED,
    begin_visit,
    check_may_visit,
    end_visit_named,
)
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import Text, _
from vlms.core.work import Actor, Work
from vlms.web.access import public, requires
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.visits import bind_forms
from vlms.web.words import add_words

visits = Blueprint("visits", __name__)
_SCOPE = System("visits")

add_words(
    {BEGUN: _("Seen by an operator as this user"), ENDED: _("The operator's visit ended")},
    {"on_behalf_of": _("As"), "because": _("How it ended")},
    {
        "because": {
            BY_HAND: _("Ended by hand"),
            BY_TIME: _("Its time was over"),
            BY_LOSS: _("The user lost their access"),
        }
    },
)


@visits.route("/o/<organisation>/users/<uuid:user_id>/visit", methods=["GET", "POST"])
@requires(Permission.VISIT_USERS, proof=True)
def begin(user_id: UUID) -> Response | tuple[str, int]:
    """Asks for the reason; what stands in the way is told before anything is typed."""
    place, form = subject(), VisitForm()
    with unit_of_work(scope=_SCOPE) as work:
        facts, hindrance = _look(work, place, user_id)
    if hindrance is None and form.validate_on_submit():
        try:
            with unit_of_work(form, scope=_SCOPE) as work:
                work.location = url_for("insights.start")
                begin_visit(work, g.visitor.session_id, (user_id, place.id), form.reason.data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    page = render_template(
        "visits/begin.html",
        form=form,
        subject=place,
        facts=facts,
        hindrance=hindrance,
        minutes=int(LASTS.total_seconds() // 60),
        back=subject_address("roles.index"),
    )
    return page, 422 if form.is_refused or (hindrance and form.is_submitted()) else 200


@visits.post("/visit/end")
@public
def end() -> Response:
    """Ends the visit that goes on in this browser; without one nothing happens."""
    visit = g.visitor.visit if g.visitor else None
    if visit is None or not Form().validate_on_submit():
        return redirect(url_for("insights.start"))
    operator = Actor(visit.operator_name, visit.operator_id)
    with unit_of_work(actor=operator, scope=_SCOPE) as work:
        end_visit_named(work, visit.id)
    bind_forms(None)
    work.location = url_for("insights.start")
    return answer(work, _("The visit has ended; you are yourself again."))


def _look(
    work: Work, place: Organisation, user_id: UUID
) -> tuple[list[tuple[Text, object]], DomainError | None]:
    """Who it is; or why nobody may look through their eyes. Raises NotFound."""
    user = get_user(work.session, user_id)
    facts: list[tuple[Text, object]] = [(_("Name"), user.name), (_("E-mail address"), user.email)]
    try:
        check_may_visit(work, place.id, user)
    except VisitRefused as refusal:
        return facts, refusal
    return facts, None
