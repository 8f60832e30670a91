"""A person's own certifications: how long they last, when they can be renewed (R1-R5, F13)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.queries import list_persons_of
from vlms.certifications.forms.results import ResultForm
from vlms.certifications.queries.needs import renewing_of
from vlms.certifications.queries.standings import list_standings, standing_of
from vlms.certifications.queries.transcripts import (
    failures,
    get_held,
    list_attempts,
    list_passes,
)
from vlms.certifications.service.renewing import state_attempt
from vlms.certifications.words import SOURCE_WORDS, STATE_WORDS, language_names
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.locales import current_language
from vlms.web.unit_of_work import answer, unit_of_work

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
def show(held_id: UUID) -> str | Response | tuple[str, int]:
    """One certification: the days that are left, where to renew it, what was tried."""
    form = ResultForm(g.actor.time_zone)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                attempted_at, has_passed = form.tried(work.now)
                held = get_held(work.session, held_id)
                state_attempt(work, held, attempted_at, has_passed=has_passed)
                work.location = url_for(".show", held_id=held_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            told = _("Renewed for one more year.") if has_passed else _("The attempt is recorded.")
            return answer(work, told)
    page = _page(held_id, form)
    if form.refusals:
        return page, status_of(form.refusals[0])
    return (page, 422) if form.errors else page


def _page(held_id: UUID, form: ResultForm) -> str:
    session = db.session()
    session.expire_all()
    held = get_held(session, held_id)
    renewing = renewing_of(session, held.certification_key)
    languages = renewing.assessment.languages if renewing.assessment else ()
    return render_template(
        "my_certifications/show.html",
        one=standing_of(held, failures(session, held), g.now),
        renewing=renewing,
        languages=language_names(languages, current_language()),
        attempts=list_attempts(session, held_id),
        form=form,
        words=STATE_WORDS,
        sources=SOURCE_WORDS,
    )
