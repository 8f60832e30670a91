"""The partner administrator's role goes to a successor, who is named and looked at first."""

from __future__ import annotations

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.service.handing_over import Successor, hand_over_role, look_at_successor
from vlms.accounts.service.roles import Invitation
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission, Role
from vlms.core.text import Text, _
from vlms.partners.forms.memberships import SuccessorForm
from vlms.partners.views.memberships import memberships as memberships
from vlms.web.access import requires
from vlms.web.unit_of_work import answer, unit_of_work

_DONE = _("The role is handed over. Sign in again for what you still may do.")


@memberships.route("/hand-over", methods=["GET", "POST"])
@requires(Permission.EDIT_MEMBERSHIPS, proof=True)
def hand_over() -> str | Response | tuple[str, int]:
    """The successor is typed, then shown; the role goes over once that one is confirmed."""
    form = SuccessorForm()
    if not form.validate_on_submit():
        return _form(form)
    place, to = g.workspace.organisation_id, _invitation(form)
    try:
        found = look_at_successor(db.session(), place, g.visitor.user_id, to)
        if form.sure.data != found.email:
            return _question(form, found)
        with unit_of_work(form) as work:
            hand_over_role(work, place, g.visitor.user_id, to)
            work.location = url_for("insights.start")
    except DomainError as refusal:
        form.refuse(refusal)
        return _form(form)
    return answer(work, _DONE)


def _invitation(form: SuccessorForm) -> Invitation:
    return Invitation(form.email.value, form.name.value, Role.PARTNER_ADMINISTRATOR)


def _form(form: SuccessorForm) -> tuple[str, int]:
    page = render_template("memberships/hand_over.html", form=form)
    return page, 422 if form.is_refused else 200


def _question(form: SuccessorForm, found: Successor) -> str:
    """What was typed is confirmed for this address alone: another one is asked about anew."""
    form.sure.data = found.email
    return render_template(
        "memberships/hand_over_sure.html", form=form, found=found, warning=_warning(found)
    )


def _warning(found: Successor) -> Text | None:
    """What one should know of somebody who is nobody of this organisation yet."""
    if found.is_of_here:
        return None
    return _("This address is of nobody who works for %(name)s now.", name=g.workspace.name)
