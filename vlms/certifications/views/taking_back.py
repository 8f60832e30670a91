"""Taking back what was entered or imported wrongly: exams, certifications, renewals (R1-R4)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.queries import get_person
from vlms.audit.views import journal_of
from vlms.certifications.forms.taking_back import ReasonForm
from vlms.certifications.models import PassSource, RenewalAttempt
from vlms.certifications.queries.gone import list_gone
from vlms.certifications.queries.transcripts import (
    get_attempt,
    get_held,
    get_pass,
    list_attempts,
    list_held,
    list_passes,
)
from vlms.certifications.service import taking_back as service
from vlms.certifications.service.dropping import is_founded
from vlms.certifications.views.certifications import certifications
from vlms.certifications.views.my_certifications import my_certifications
from vlms.certifications.words import PASS_WORDS, SOURCE_WORDS
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.confirming import Hindrance, Question, confirmed
from vlms.web.locales import name_of, show_day, show_moment

__all__ = ["certifications", "my_certifications"]
Answer = str | Response | tuple[str, int]
_KEPT = (_("The journal keeps what it was, who took it back, and why."), None)
_BUTTON = (_("Take it back"), "x")


@certifications.get("/people/<uuid:person_id>")
@requires(Permission.VIEW_CERTIFICATIONS)
def transcript(person_id: UUID) -> str:
    """All that a person has passed and holds, what of it can be taken back, and what was."""
    session = db.session()
    person = get_person(session, person_id)
    passes, held = list_passes(session, [person_id]), list_held(session, [person_id])
    keys = {*(one.id for one in passes), *(one.id for one in held), *list_gone(session, person)}
    renewed = [one for one in held if one.is_derived and not one.is_remade]
    return render_template(
        "certifications/transcript.html",
        person=person,
        passes=passes,
        held=held,
        unfounded=[one.id for one in renewed if not is_founded(session, one, held)],
        sources=PASS_WORDS,
        proved=PassSource.EXAM,
        entries=journal_of(*sorted(keys), edited_by=Permission.EDIT_CERTIFICATIONS),
    )


@certifications.route("/passes/<uuid:exam_pass_id>/take-back", methods=["GET", "POST"])
@requires(Permission.EDIT_CERTIFICATIONS)
def take_back_pass(exam_pass_id: UUID) -> Answer:
    found = get_pass(db.session(), exam_pass_id)
    person = get_person(db.session(), found.person_id)
    back = _transcript_of(person.id)
    question = Question(
        _("Take back a passed exam"),
        person.name,
        ((_("Exam"), found.exam_number), (_("Passed on"), show_day(found.passed_on))),
        (
            (_("What this exam alone had earned goes too, with its renewals."), "R1"),
            (_("Competencies for which it counted count without it from now on."), "K3"),
            _KEPT,
        ),
        *_BUTTON,
        back,
        takes_away=True,
        hindrance=_hindrance(lambda: service.check_pass(found), back),
    )
    return _asked(
        question,
        lambda work, reason: service.take_back_pass(
            work, get_pass(work.session, exam_pass_id), reason
        ),
    )


@certifications.route("/<uuid:held_id>/take-back", methods=["GET", "POST"])
@requires(Permission.EDIT_CERTIFICATIONS)
def take_back(held_id: UUID) -> Answer:
    held = get_held(db.session(), held_id)
    back = _transcript_of(held.person_id)
    again = ((_("What its passed exams make of it is entered anew."), "R4"),)
    question = Question(
        _("Take back a certification"),
        held.person.name,
        (
            (_("Certification"), name_of(held.certification)),
            (_("Earned on"), show_day(held.earned_on)),
            (_("Valid until"), show_day(held.expires_on) if held.expires_on else None),
        ),
        (
            (_("Its renewals go with it, and what needed it."), "R4"),
            *(again if held.is_derived else ()),
            (_("Competencies for which it counted count without it from now on."), "K3"),
            _KEPT,
        ),
        *_BUTTON,
        back,
        takes_away=True,
        hindrance=_hindrance(lambda: service.check_held(held), back),
    )
    return _asked(
        question,
        lambda work, reason: service.take_back_held(work, get_held(work.session, held_id), reason),
    )


@certifications.route("/attempts/<uuid:attempt_id>/take-back", methods=["GET", "POST"])
@requires(Permission.EDIT_CERTIFICATIONS)
def take_back_attempt(attempt_id: UUID) -> Answer:
    """Also one that the holder has stated."""
    attempt = get_attempt(db.session(), attempt_id)
    back = url_for("certifications.show", held_id=attempt.held_id)
    return _attempt_asked(attempt, back, _transcript_of(attempt.person_id))


@my_certifications.route("/attempts/<uuid:attempt_id>/take-back", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def take_back_own(attempt_id: UUID) -> Answer:
    """A result that one has stated oneself."""
    attempt = get_attempt(db.session(), attempt_id)
    back = url_for("my_certifications.show", held_id=attempt.held_id)
    return _attempt_asked(attempt, back, url_for("my_certifications.index"))


def _attempt_asked(attempt: RenewalAttempt, back: str, all_of_them: str) -> Answer:
    """`all_of_them` is where one is led to when the certification goes with its result."""
    held, attempt_id = get_held(db.session(), attempt.held_id), attempt.id

    def check() -> None:
        service.check_may(g.actor, held, attempt)
        service.check_attempt_back(held, attempt, list_attempts(db.session(), held.id))

    def act(work: Work, reason: str) -> None:
        found = service.take_back_attempt(work, get_attempt(work.session, attempt_id), reason)
        work.location = back if found else all_of_them

    effects = [
        (_("The last day goes back to %(day)s.", day=attempt.expired_on), "R3"),
        (_("What was earned with its help goes with it."), "R4"),
        _KEPT,
    ]
    question = Question(
        _("Take back a renewal result"),
        held.person.name,
        (
            (_("Certification"), name_of(held.certification)),
            (_("Result"), _("Passed") if attempt.has_passed else _("Not passed")),
            (_("Taken at"), show_moment(attempt.attempted_at)),
            (_("Known from"), SOURCE_WORDS[attempt.source]),
        ),
        effects if attempt.has_passed else [_KEPT],
        *_BUTTON,
        back,
        takes_away=True,
        hindrance=_hindrance(check, back),
    )
    return _asked(question, act)


def _transcript_of(person_id: UUID) -> str:
    return url_for("certifications.transcript", person_id=person_id)


def _hindrance(check: Callable[[], None], back: str) -> Hindrance | None:
    """What the act would be refused for now, in the button's place."""
    try:
        check()
    except DomainError as refusal:
        way_out = refusal.way_out or _("Leave it as it is.")
        return Hindrance(refusal.sentence, way_out, _("Go back and change nothing"), back)
    return None


def _asked(question: Question, act: Callable[[Work, str], object]) -> Answer:
    form = ReasonForm()
    done = _("It is taken back.")
    return confirmed(question, lambda work: act(work, form.reason.value), done, form=form)
