"""One's own MCID and the organisation that it is linked to (K1, K2)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.accounts.models import Person
from vlms.accounts.queries import list_persons_of
from vlms.core.clock import local_day
from vlms.core.db import reading
from vlms.core.errors import DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import Text, _, sentences
from vlms.partners.link_forms import UnlinkForm
from vlms.partners.link_words import (
    END_WORDS,
    KIND_WORDS,
    LINK_ACTION_WORDS,
    LINK_COLUMN_WORDS,
    LINK_VALUE_WORDS,
    STATE_WORDS,
)
from vlms.partners.queries.links import list_associations, standings
from vlms.partners.queries.profiles import checklist_of, find_claim, list_profiles
from vlms.partners.service.linking import (
    BOTH,
    LinkProspect,
    link,
    look_at_link,
    look_at_unlink,
    unlink,
)
from vlms.partners.terms import link_terms
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

Answer = str | Response | tuple[str, int]
my_links = Blueprint("my_links", __name__, url_prefix="/my/links")
add_words(LINK_ACTION_WORDS, LINK_COLUMN_WORDS, LINK_VALUE_WORDS)
# A profile is of no organisation, and a link of two while it moves: always of `visitor` alone.
SCOPE = System("one's own MCID and its links")


@my_links.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    user_id, place = g.visitor.user_id, g.visitor.only_in
    with reading(SCOPE) as session:
        profiles = list_profiles(session, user_id)
        history = standings(session, list_associations(session, user_id, place), g.now)
        return render_template(
            "my_links/index.html",
            profiles=profiles,
            claim=find_claim(session, user_id),
            checks=[
                (
                    one.sentence if one.is_met else sentences(one.sentence, one.way_out),
                    one.is_met,
                    "R5" if one.name != "proved" else "K1",
                )
                for one in checklist_of(profiles)
            ],
            running=next((one for one in history if one.state is not None), None),
            history=history,
            prospects=_prospects(session, user_id, place),
            terms=link_terms(local_day(g.now, g.visitor.time_zone)).terms,
            kinds=KIND_WORDS,
            states=STATE_WORDS,
            ends=END_WORDS,
        )


@my_links.route("/<uuid:person_id>/link", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES, proof=True)
def confirm_link(person_id: UUID) -> Answer:
    """K1: what it ends and what is left after it, before it is done."""
    form = Form()
    if form.validate_on_submit():
        try:
            with unit_of_work(form, scope=SCOPE) as work:
                work.location = url_for("my_links.index")
                link(work, _own(work.session, person_id).id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Linked. It is pending until a skills report shows it."))
    with reading(SCOPE) as session:
        person = _own(session, person_id)
        prospect = look_at_link(session, g.visitor.user_id, person, g.now)
        page = render_template("my_links/confirm_link.html", form=form, prospect=prospect)
    if form.refusals:
        return page, status_of(form.refusals[0])
    return page, 422 if form.errors else 200


@my_links.route("/unlink", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES, proof=True)
def remove() -> Answer:
    """K1: assessments and exams are removed together or each by itself."""
    form = UnlinkForm()
    with reading(SCOPE) as session:
        prospect = look_at_unlink(session, g.visitor.user_id, g.now)
        if prospect is None and not form.is_submitted():
            flash(str(_("Your MCID is linked to no organisation.")), "info")
            return redirect(url_for("my_links.index"))
        form.offer(prospect.parts if prospect else BOTH)
    if form.validate_on_submit():
        try:
            with unit_of_work(form, scope=SCOPE) as work:
                work.location = url_for("my_links.index")
                unlink(work, form.parts())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Removed: it does not count for the organisation any more."))
    with reading(SCOPE) as session:
        prospect = look_at_unlink(session, g.visitor.user_id, g.now)
        page = render_template("my_links/remove.html", form=form, prospect=prospect)
    if form.refusals:
        return page, status_of(form.refusals[0])
    return page, 422 if form.is_refused else 200


def _prospects(session: Session, user_id: UUID, place: UUID | None) -> list[LinkProspect]:
    """For each place in a directory that the user has; who has left sees it no more."""
    persons = [one for one in list_persons_of(session, user_id, place) if one.left_at is None]
    return [look_at_link(session, user_id, person, g.now) for person in persons]


def _own(session: Session, person_id: UUID) -> Person:
    """Raises NotFound for whatever is not the visitor's own."""
    for person in list_persons_of(session, g.visitor.user_id, g.visitor.only_in):
        if person.id == person_id:
            return person
    missing: Text = _("There is no such place of yours in a directory.")
    raise NotFound(
        "K1", missing, way_out=_("Only the person links an MCID, and nobody for another.")
    )
