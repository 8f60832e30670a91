"""The holder notes the result of an exam; a note of theirs, no outcome (C3)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.codes.help_forms import ResultForm
from vlms.codes.service.stating import get_own_registration, state_result
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.unit_of_work import answer, unit_of_work

results = Blueprint("results", __name__, url_prefix="/my/codes")


@results.route(
    "/<uuid:code_id>/appointments/<uuid:registration_id>/result", methods=["GET", "POST"]
)
@requires(Permission.USE_OWN_CODES)
def state(code_id: UUID, registration_id: UUID) -> str | Response | tuple[str, int]:
    found = get_own_registration(db.session(), code_id, registration_id)
    form = ResultForm(local_day(found.starts_at, g.actor.time_zone))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for("my_codes.show", code_id=code_id)
                own = get_own_registration(work.session, code_id, registration_id)
                state_result(work, own, form.stated(), form.stated_on.value)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Your result is noted."))
    page = render_template("results/state.html", form=form, registration=found)
    status = status_of(form.refusals[0]) if form.refusals else 422 if form.errors else 200
    return page, status
