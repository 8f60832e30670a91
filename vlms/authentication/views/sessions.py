"""Where a user is signed in, and ending what should not be."""

from __future__ import annotations

from uuid import UUID

from flask import abort, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.authentication.queries import is_own, list_sessions
from vlms.authentication.rules.devices import device_words
from vlms.authentication.service.sessions import end_other_sessions, end_session
from vlms.authentication.views.proving import authentication
from vlms.core.db import reading
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["authentication"]
_OWN = System("own sessions")
authentication.add_app_template_filter(device_words, "device")


@authentication.get("/my/sessions/")
@requires(Permission.USE_OWN_CODES)
def sessions() -> str:
    with reading(_OWN) as reader:
        found = list_sessions(reader, g.visitor.user_id, g.now)
    return render_template("authentication/sessions.html", sessions=found)


@authentication.post("/my/sessions/<uuid:session_id>/end")
@requires(Permission.USE_OWN_CODES)
def end_one(session_id: UUID) -> Response:
    """Ends a session of the user's own; another's is not there."""
    with reading(_OWN) as reader:
        if not is_own(reader, g.visitor.user_id, session_id):
            abort(404)
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".sessions"))
    with unit_of_work(form, scope=_OWN) as work:
        work.location = url_for(".sessions")
        end_session(work, g.visitor.user_id, session_id)
    return answer(work, _("The session has ended."))


@authentication.post("/my/sessions/end-others")
@requires(Permission.USE_OWN_CODES)
def end_others() -> Response:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".sessions"))
    with unit_of_work(form, scope=_OWN) as work:
        work.location = url_for(".sessions")
        end_other_sessions(work, g.visitor.user_id, g.visitor.session_id)
    return answer(work, _("All other sessions have ended."))
