"""Taking back what was entered or imported wrongly: exams, certifications, renewals (R1-R4)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.queries import get_person
from vlms.audit.views import journal_of
from vlms.certifications.forms.taking_back import ReasonForm
from vlms.certifications.models import PassSource, RenewalAttempt
from vlms.certifications.queries.transcripts import (
    get_attempt,
    get_held,
    get_pass,
    list_held,
    list_passes,
)
from vlms.certifications.service import taking_back as service
from vlms.certifications.views.certifications import certifications
from vlms.certifications.views.my_certifications import my_certifications
from vlms.certifications.words import PASS_WORDS, SOURCE_WORDS
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.locales import name_of, show_day

__all__ = ["certifications", "my_certifications"]
Answer = str | Response | tuple[str, int]
_ONE_AT_A_TIME = _("The journal keeps what it was, who took it back, and why.")


@certifications.get("/people/<uuid:person_id>")
@requires(Permission.VIEW_CERTIFICATIONS)
def transcript(person_id: UUID) -> str:
    """All that a person has passed and holds, and what of it can be taken back."""
    session = db.session()
    person = get_person(session, person_id)
    passes, held = list_passes(session, [person_id]), list_held(session, [person_id])
    keys = [*(one.id for one in passes), *(one.id for one in held)]
    return render_template(
        "certifications/transcript.html",
        person=person,
        passes=passes,
        held=held,
        sources=PASS_WORDS,
        proved=PassSource.EXAM,
        entries=journal_of(*keys, edited_by=Permission.EDIT_CERTIFICATIONS),
    )


@certifications.route("/passes/<uuid:exam_pass_id>/take-back", methods=["GET", "POST"])
@requires(Permission.EDIT_CERTIFICATIONS)
def take_back_pass(exam_pass_id: UUID) -> Answer:
    found = get_pass(db.session(), exam_pass_id)
    person = get_person(db.session(), found.person_id)
    return _asked(
        _("Take back a passed exam"),
        person.name,
        ((_("Exam"), found.exam_number), (_("Passed on"), show_day(found.passed_on))),
        (
            (_("What this exam alone had earned goes too, with its renewals."), "R1"),
            (_("Competencies for which it counted count without it from now on."), "K3"),
        ),
        url_for("certifications.transcript", person_id=person.id),
        lambda work, reason: service.take_back_pass(
            work, get_pass(work.session, exam_pass_id), reason
        ),
    )


@certifications.route("/<uuid:held_id>/take-back", methods=["GET", "POST"])
@requires(Permission.EDIT_CERTIFICATIONS)
def take_back(held_id: UUID) -> Answer:
    held = get_held(db.session(), held_id)
    return _asked(
        _("Take back a certification"),
        held.person.name,
        (
            (_("Certification"), name_of(held.certification)),
            (_("Earned on"), show_day(held.earned_on)),
        ),
        (
            (_("Its renewals go with it, and what needed it."), "R4"),
            (_("Competencies for which it counted count without it from now on."), "K3"),
        ),
        url_for("certifications.transcript", person_id=held.person_id),
        lambda work, reason: service.take_back_held(work, get_held(work.session, held_id), reason),
    )


@certifications.route("/attempts/<uuid:attempt_id>/take-back", methods=["GET", "POST"])
@requires(Permission.EDIT_CERTIFICATIONS)
def take_back_attempt(attempt_id: UUID) -> Answer:
    """Also one that the holder has stated."""
    attempt = get_attempt(db.session(), attempt_id)
    back = url_for("certifications.show", held_id=attempt.held_id)
    return _attempt_asked(attempt, back)


@my_certifications.route("/attempts/<uuid:attempt_id>/take-back", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def take_back_own(attempt_id: UUID) -> Answer:
    """A result that one has stated oneself."""
    attempt = get_attempt(db.session(), attempt_id)
    back = url_for("my_certifications.show", held_id=attempt.held_id)
    return _attempt_asked(attempt, back)


def _attempt_asked(attempt: RenewalAttempt, back: str) -> Answer:
    held = get_held(db.session(), attempt.held_id)
    attempt_id = attempt.id
    return _asked(
        _("Take back a renewal result"),
        held.person.name,
        (
            (_("Certification"), name_of(held.certification)),
            (_("Result"), _("Passed") if attempt.has_passed else _("Failed")),
            (_("Known from"), SOURCE_WORDS[attempt.source]),
        ),
        ((_("The last day goes back to %(day)s.", day=attempt.expired_on), "R3"),),
        back,
        lambda work, reason: service.take_back_attempt(
            work, get_attempt(work.session, attempt_id), reason
        ),
    )


def _asked(
    title: Text,
    of: str,
    facts: tuple[tuple[Text, object], ...],
    effects: tuple[tuple[Text, str | None], ...],
    back: str,
    act: Callable[[Work, str], object],
) -> Answer:
    form = ReasonForm()
    told = (*effects, (_ONE_AT_A_TIME, None))
    question = Question(title, of, facts, told, _("Take it back"), "x", back, takes_away=True)
    done = _("It is taken back.")
    return confirmed(question, lambda work: act(work, form.reason.value), done, form=form)
