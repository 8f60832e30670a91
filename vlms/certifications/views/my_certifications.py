"""A person's own certifications: how long they last, when they can be renewed (R1-R5, F13)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, render_template

from vlms.accounts.queries import list_persons_of
from vlms.certifications.forms.results import ResultForm
from vlms.certifications.queries.needs import renewing_of
from vlms.certifications.queries.standings import list_standings
from vlms.certifications.queries.transcripts import get_held, list_passes
from vlms.certifications.service.renewing import state_attempt
from vlms.certifications.views.results import Page, held_facts, take_result
from vlms.certifications.words import STATE_WORDS, language_names
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.web.access import requires
from vlms.web.locales import current_language

my_certifications = Blueprint("my_certifications", __name__, url_prefix="/my/certifications")


@my_certifications.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    session = db.session()
    own = [person.id for person in list_persons_of(session, g.actor.user_id)]
    return render_template(
        "my_certifications/index.html",
        standings=list_standings(session, own, g.now),
        passes=list_passes(session, own),
        words=STATE_WORDS,
    )


@my_certifications.route("/<uuid:held_id>", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def show(held_id: UUID) -> Page:
    """One certification: the days that are left, where to renew it, what was tried."""
    return take_result(held_id, state_attempt, _page)


def _page(held_id: UUID, form: ResultForm) -> str:
    facts = held_facts(held_id)
    renewing = renewing_of(db.session(), get_held(db.session(), held_id).certification_key)
    languages = renewing.assessment.languages if renewing.assessment else ()
    return render_template(
        "my_certifications/show.html",
        **facts,
        form=form,
        renewing=renewing,
        languages=language_names(languages, current_language()),
    )
