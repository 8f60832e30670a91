"""The page on which candidates are added to a planned sitting: of a class, or by search (A2)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import g, render_template, request, url_for

from vlms.academy.forms.sittings import AddForm
from vlms.academy.models.roster import ClassRole
from vlms.academy.models.sittings import Sitting
from vlms.academy.queries.choices import classes_of, people_at
from vlms.academy.queries.rosters import members_on
from vlms.academy.queries.sittings import get_sitting
from vlms.academy.rules.exam_day import check_ahead
from vlms.academy.rules.seat_state import OPEN
from vlms.academy.service.adding import add_candidates
from vlms.academy.service.scheduling import check_open
from vlms.academy.service.seats import day_of
from vlms.academy.views.delivering import Answer, refuse_each, status_for
from vlms.academy.views.scheduling import typed_people
from vlms.academy.views.sittings import look, sittings
from vlms.accounts.models import Person
from vlms.core.db import db
from vlms.core.errors import DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["sittings"]


@sittings.route("/<uuid:sitting_id>/add", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EXAMS)
@takes("person")
def add(sitting_id: UUID) -> Answer:
    """Whom to choose from stands in the address: `class`, whose students are ticked, or `q`."""
    sitting = get_sitting(look(), sitting_id)
    check_open(sitting)
    check_ahead(sitting.starts_at, g.now)
    form = AddForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".show", sitting_id=sitting_id)
                add_candidates(work, sitting_id, _chosen(work, sitting, form))
        except DomainError as refusal:
            refuse_each(form, refusal)
        else:
            return answer(work, _("The candidates are added, and their seats are reserved."))
    return _page(sitting, form), status_for(form)


def _chosen(work: Work, sitting: Sitting, form: AddForm) -> set[UUID]:
    named = typed_people(work, sitting.organisation_id, form.people.words())
    return {*named, *_ticked()}


def _ticked() -> set[UUID]:
    try:
        return {UUID(key) for key in request.form.getlist("person")}
    except ValueError:
        raise NotFound(None, _("There is no such person in this organisation.")) from None


def _page(sitting: Sitting, form: AddForm) -> str:
    classes = classes_of(db.session(), sitting.school, day_of(sitting))
    class_id = next((one.id for one in classes if str(one.id) == wanted("class")), None)
    people = _people(sitting, class_id)
    held = {seat.person_id for seat in sitting.seats if seat.state in OPEN}
    of_class = {str(person.id) for person in people} if class_id else set()
    return render_template(
        "sittings/add.html",
        sitting=sitting,
        form=form,
        classes=classes,
        class_id=class_id,
        words=wanted("q") or "",
        people=people,
        held=held,
        ticked=set(request.form.getlist("person")) if form.is_submitted() else of_class,
    )


def _people(sitting: Sitting, class_id: UUID | None) -> Sequence[Person]:
    """Whom the page offers: the class's students of the day, or who fits the words."""
    day, words = day_of(sitting), wanted("q")
    if class_id is not None:
        return members_on(db.session(), class_id, ClassRole.STUDENT, day)
    return people_at(db.session(), sitting.school, day, words) if words else []
