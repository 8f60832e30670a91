"""What the holder's page of a certification and the admin's share: the form of a result (R3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import g, url_for
from werkzeug.wrappers import Response

from vlms.certifications.forms.results import ResultForm
from vlms.certifications.models import HeldCertification
from vlms.certifications.queries.standings import earned_again, standing_of
from vlms.certifications.queries.transcripts import failures, get_held, list_attempts, list_held
from vlms.certifications.words import SOURCE_WORDS, STATE_WORDS
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.text import _
from vlms.core.work import Work
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

Page = str | Response | tuple[str, int]


class Writer(Protocol):
    """Writes down one attempt; raises DomainError when it cannot be."""

    def __call__(
        self, work: Work, held: HeldCertification, attempted_at: datetime, *, has_passed: bool
    ) -> object: ...


def take_result(held_id: UUID, write: Writer, page: Callable[[UUID, ResultForm], str]) -> Page:
    """Take the result that was sent, and lead back to the page; or the page, with what is wrong."""
    form = ResultForm(g.actor.time_zone)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                attempted_at, has_passed = form.tried(work.now)
                held = get_held(work.session, held_id)
                write(work, held, attempted_at, has_passed=has_passed)
                work.location = url_for(".show", held_id=held_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            told = _("Renewed for one more year.") if has_passed else _("The attempt is recorded.")
            return answer(work, told)
    return with_status(page(held_id, form), form)


def with_status(page: str, form: Form) -> Page:
    """A page, with the status of what its form was refused for."""
    if form.refusals:
        return page, status_of(form.refusals[0])
    return (page, 422) if form.errors else page


def held_facts(held_id: UUID) -> dict[str, object]:
    """What both pages tell of a certification, as it stands after a refusal too."""
    session = db.session()
    session.expire_all()
    held = get_held(session, held_id)
    again_on = earned_again(held, list_held(session, [held.person_id]))
    return {
        "one": replace(standing_of(held, failures(session, held), g.now), again_on=again_on),
        "attempts": list_attempts(session, held_id),
        "words": STATE_WORDS,
        "sources": SOURCE_WORDS,
    }
