"""The page on which an agreement is deleted that was entered by mistake."""

from __future__ import annotations

from uuid import UUID

from flask import g, url_for
from werkzeug.wrappers import Response

from vlms.agreements.queries import get_agreement
from vlms.agreements.service.deleting import delete_agreement, deletion_conditions
from vlms.agreements.views.blueprint import agreements
from vlms.core.acts import require
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.locales import show_day


@agreements.route("/<uuid:agreement_id>/delete", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def delete(agreement_id: UUID) -> str | Response | tuple[str, int]:
    agreement = get_agreement(db.session(), agreement_id)
    require(deletion_conditions(db.session(), g.actor, g.now, agreement))
    question = Question(
        _("Delete the agreement"),
        agreement.number,
        (
            (_("Organisation"), agreement.organisation.name),
            (_("Programme"), agreement.programme.value),
            (_("First day"), show_day(agreement.first_day)),
            (_("Last day"), show_day(agreement.last_day)),
        ),
        (
            (_("The agreement goes for good, with its contacts and its choice of schools."), None),
            (_("Nothing has been ordered under it, so no order and no code is lost."), "O1"),
            (_("The journal keeps what it was and who deleted it."), None),
        ),
        _("Delete for good"),
        "trash",
        url_for(".show", agreement_id=agreement_id),
        takes_away=True,
    )

    def act(work: Work) -> None:
        delete_agreement(work, agreement_id)
        work.location = url_for(".index")

    return confirmed(question, act, _("The agreement is deleted."))
