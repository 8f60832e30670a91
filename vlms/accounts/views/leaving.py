"""Pages before somebody is marked as leaver: what stays bound to them (C2), then one act."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from vlms.accounts import service
from vlms.accounts.bound import list_bound
from vlms.accounts.import_queries import list_people_with
from vlms.accounts.models import Person
from vlms.accounts.queries import PersonFilter, get_person, search_people
from vlms.accounts.views.people import people
from vlms.accounts.views.subject import subject, subject_address, subject_argument
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.paging import Listing
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["people"]
MOST = 200
EFFECTS = (
    (_("Codes that were assigned stay with this person; they pass to nobody."), "C2"),
    (_("No further code can be reserved for or assigned to this person."), "C2"),
    (_("Roles do not end with it; end them on the page of roles."), None),
    (_("Reserved codes can be released, and those whom they manage get another manager."), None),
    (_("It can be taken back."), None),
)
Answer = str | Response | tuple[str, int]


@people.get("/leaving")
@requires(Permission.EDIT_PEOPLE)
def leaving() -> str:
    """Choose who has left: the people under the search in the address."""
    organisation = subject()
    words = PersonFilter(wanted("q"), has_left=False)
    return render_template(
        "people/leaving.html",
        subject=organisation,
        of=subject_argument(),
        found=search_people(db.session(), organisation.id, words, Listing("name", size=MOST)),
        words=wanted("q") or "",
    )


@people.route("/leaving/check", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def leave_together() -> Answer:
    """What stays bound to the people whom the address names, then all are marked in one act."""
    keys = [key for key in map(_key, request.args.getlist("person")[:MOST]) if key is not None]
    found = [one for one in list_people_with(db.session(), keys) if one.left_at is None]
    if not found:
        return redirect(subject_address(".leaving"))
    return _check(found, subject_address(".index"), subject_address(".leaving"))


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


@people.route("/<uuid:person_id>/leave", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def leave(person_id: UUID) -> Answer:
    """The same for one."""
    place = subject_address(".show", person_id=person_id)
    return _check([get_person(db.session(), person_id)], place, place)


def _check(found: Collection[Person], place: str, back: str) -> Answer:
    form = Form()
    keys = [person.id for person in found]
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                marked = service.mark_leavers(work, keys)
                work.location = place
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _done(len(marked)))
    page = render_template(
        "people/leave.html",
        form=form,
        found=found,
        effects=EFFECTS,
        bound=list_bound(db.session(), keys, g.now),
        back=back,
        subject=subject(),
        of=subject_argument(),
    )
    return page, status_of(form.refusals[0]) if form.refusals else 200


def _done(count: int) -> Text:
    return ngettext(
        "%(number)s person is marked as leaver. Codes that were assigned stay with them.",
        "%(number)s people are marked as leavers. Codes that were assigned stay with them.",
        count,
    )


@people.route("/<uuid:person_id>/return", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def take_back(person_id: UUID) -> str | Response | tuple[str, int]:
    person = get_person(db.session(), person_id)
    question = Question(
        _("No leaver any more"),
        subject().name,
        ((_("Full name"), person.name), (_("E-mail address"), person.email)),
        ((_("Codes can be reserved for and assigned to this person again."), "C2"),),
        _("No leaver any more"),
        "user-check",
        subject_address(".show", person_id=person_id),
    )
    done = _("This person is no leaver any more.")
    return confirmed(question, lambda work: service.take_back_leaver(work, person_id), done)
