"""Pages on which a person or a user is erased: what goes, what stays and why, then the act."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.accounts.queries import find_user, get_organisation, get_person, get_user
from vlms.accounts.views.subject import subject_address
from vlms.core.db import db, reading
from vlms.core.errors import BadInput, DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.privacy import service
from vlms.privacy.forms import ErasureForm, FindUserForm
from vlms.privacy.queries.concerned import Concerned, concerning_person, concerning_user
from vlms.privacy.queries.plan import Plan, plan_erasure
from vlms.privacy.service.deciding import LOOKING
from vlms.privacy.words import STAYS, told_counts
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

privacy = Blueprint("privacy", __name__, url_prefix="/o/<organisation>/privacy")
Answer = str | Response | tuple[str, int]
Act = Callable[[Work, service.Decision], object]

add_words(
    {
        "person.erased": _("Person erased"),
        "user.erased": _("User erased"),
    }
)


@privacy.route("/people/<uuid:person_id>/erase", methods=["GET", "POST"])
@requires(Permission.ERASE_PEOPLE, proof=True)
def erase(person_id: UUID) -> Answer:
    """D1: what erasing this person does, then the act; there is no way back."""
    person = get_person(db.session(), person_id)
    service.require_whole(g.actor, g.scope)
    back = subject_address("people.show", person_id=person_id)
    if person.erased_at is not None:
        return redirect(back)
    plan = _plan(lambda session: concerning_person(session, get_person(session, person_id)))
    of = get_organisation(db.session(), person.organisation_id).name
    return _ask(
        plan,
        (person.name, of, back),
        lambda work, decision: service.erase_person(work, person_id, decision),
    )


@privacy.route("/users", methods=["GET", "POST"])
@requires(Permission.EDIT_SYSTEM)
def find() -> Answer:
    """The operator names the user who is to be erased everywhere."""
    form = FindUserForm()
    if form.validate_on_submit():
        user = find_user(db.session(), form.email.value)
        if user is not None:
            return redirect(url_for(".erase_user", user_id=user.id))
        form.refuse(BadInput(None, _("There is no user with this address."), field="email"))
    page = render_template("privacy/find.html", form=form)
    return page, 422 if form.is_refused else 200


@privacy.route("/users/<uuid:user_id>/erase", methods=["GET", "POST"])
@requires(Permission.EDIT_SYSTEM, proof=True)
def erase_user(user_id: UUID) -> Answer:
    """The same for a user in all organisations."""
    user, back = get_user(db.session(), user_id), url_for(".find")
    if service.is_erased_user(user):
        return redirect(back)
    plan = _plan(lambda session: concerning_user(session, get_user(session, user_id)))
    return _ask(
        plan,
        (user.name, user.email, back),
        lambda work, decision: service.erase_user(work, user_id, decision),
    )


def _plan(find: Callable[[Session], Concerned]) -> Plan:
    """Seen by the system: mails and sessions are in nobody's lists; only counts are shown."""
    with reading(LOOKING) as session:
        return plan_erasure(session, find(session), g.now)


def _ask(plan: Plan, shown: tuple[str, str, str], act: Act) -> Answer:
    name, of, back = shown
    form = ErasureForm()
    if not plan.lapsing:
        del form.lets_codes_lapse
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                act(work, form.decision())
                work.location = back
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Erased. What stays is under a neutral word."))
    page = render_template(
        "privacy/erase.html",
        form=form,
        plan=plan,
        name=name,
        of=of,
        back=back,
        goes=told_counts(plan.counts),
        stays=STAYS,
    )
    if form.refusals:
        return page, status_of(form.refusals[0])
    return page, 422 if form.errors else 200
