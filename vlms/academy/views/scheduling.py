"""Pages on which sittings are scheduled, moved, staffed and cancelled (A1, A2, A4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.academy.errors import SittingRefused, SomeRefused
from vlms.academy.forms.sittings import (
    MoveForm,
    ReasonForm,
    ScheduleForm,
    StaffForm,
    key_of,
    shown_moment,
)
from vlms.academy.queries.choices import (
    classes_of,
    employees_of,
    exams_of,
    people_named,
    quotas_for,
    sites_for,
)
from vlms.academy.queries.sittings import get_sitting
from vlms.academy.service.examining import SittingPlan, zone_of_school
from vlms.academy.service.scheduling import (
    cancel_sitting,
    check_open,
    check_unstarted,
    move_sitting,
    schedule,
    staff_sitting,
)
from vlms.academy.views.delivering import Answer, reasoned, refuse_each, status_for
from vlms.academy.views.sittings import look, sittings
from vlms.accounts.models import School
from vlms.accounts.queries import get_school, list_schools
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work


@sittings.get("/schedule")
@requires(Permission.SCHEDULE_EXAMS)
def choose_school() -> str | Response:
    """At which school; who has one alone is led on."""
    schools = list_schools(db.session(), _organisation_id())
    if len(schools) == 1:
        return redirect(url_for(".plan", school_id=schools[0].id, **_asked_of_form()))
    asked = _asked_of_form()
    return render_template("sittings/choose_school.html", schools=schools, asked=asked)


def _organisation_id() -> UUID:
    return UUID(str(g.workspace.organisation_id))


def _asked_of_form() -> dict[str, Any]:
    """What another page has chosen already, in the form's names."""
    names = ("class_id", "quota", "people")
    return {name: value for name in names if (value := wanted(name))}


@sittings.route("/schedule/<uuid:school_id>", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EXAMS)
@takes("left_out")
def plan(school_id: UUID) -> Answer:
    school = get_school(db.session(), _organisation_id(), school_id)
    zone = zone_of_school(db.session(), school)
    form = _schedule_form(school, zone)
    refused: SomeRefused | None = None
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                made = schedule(work, _plan(work, form, school))
                work.location = url_for(".show", sitting_id=made.id)
        except SomeRefused as refusal:
            form.refuse(refusal)
            refused = refusal
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The sitting is scheduled, and its seats are reserved."))
    page = render_template(
        "sittings/plan.html",
        form=form,
        school=school,
        zone=zone,
        refused=refused.refused if refused else (),
        left_out=request.form.getlist("left_out"),
    )
    return page, status_for(form)


def _schedule_form(school: School, zone: str) -> ScheduleForm:
    session, today = db.session(), local_day(g.now, zone)
    form = ScheduleForm(data=_asked_of_form())
    quotas = quotas_for(session, school, g.now)
    form.offer(sites_for(session, school), zone)
    form.offer_packs(quotas, exams_of(session, quotas), today)
    form.offer_people(classes_of(session, school, today), employees_of(session, school, today))
    return form


def _plan(work: Work, form: ScheduleForm, school: School) -> SittingPlan:
    """Raises SittingRefused for people who are not found, NotFound for keys that are none."""
    return SittingPlan(
        school_id=school.id,
        quota_id=UUID(form.quota.value),
        exam_number=form.exam_number.value,
        site_id=UUID(form.site.value),
        starts_at=form.starts_at.value,
        class_id=key_of(form.class_id.value),
        person_ids=typed_people(work, school.organisation_id, form.people.words()),
        left_out=_left_out(),
        room=form.room.value or "",
        proctor_id=key_of(form.proctor.value),
    )


def typed_people(work: Work, organisation_id: UUID, words: Sequence[str]) -> list[UUID]:
    """People by number or address. Raises SittingRefused with those who are not found."""
    people = people_named(work.session, organisation_id, words)
    unknown = tuple(word for word in words if word not in people)
    if unknown:
        raise SittingRefused(
            "A2",
            _("Nobody here has this number or address: %(words)s.", words=unknown),
            reason="person_unknown",
            field="people",
            way_out=_("Correct it, or import the school's roster first."),
        )
    return [person.id for person in people.values()]


def _left_out() -> frozenset[UUID]:
    try:
        return frozenset(UUID(key) for key in request.form.getlist("left_out"))
    except ValueError:
        raise NotFound(None, _("There is no such person in this organisation.")) from None


@sittings.route("/<uuid:sitting_id>/move", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EXAMS)
def move(sitting_id: UUID) -> Answer:
    sitting = get_sitting(look(), sitting_id)
    check_open(sitting)
    check_unstarted(sitting)
    shown = shown_moment(sitting.starts_at, sitting.time_zone)
    form = MoveForm(data={"starts_at": shown, "site": str(sitting.site_id)})
    form.offer(sites_for(db.session(), sitting.school), sitting.time_zone)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".show", sitting_id=sitting_id)
                starts_at: datetime = form.starts_at.value
                move_sitting(work, sitting_id, starts_at, UUID(form.site.value))
        except DomainError as refusal:
            refuse_each(form, refusal)
        else:
            return answer(work, _("The sitting is moved."))
    page = render_template("sittings/move.html", form=form, sitting=sitting)
    return page, status_for(form)


@sittings.route("/<uuid:sitting_id>/staff", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EXAMS)
def staff(sitting_id: UUID) -> Answer:
    sitting = get_sitting(look(), sitting_id)
    check_open(sitting)
    proctor, substitute = sitting.proctor_id or "", sitting.substitute_id or ""
    shown = {"room": sitting.room, "proctor": str(proctor), "substitute": str(substitute)}
    form = StaffForm(data=shown)
    form.offer(employees_of(db.session(), sitting.school, local_day(g.now, sitting.time_zone)))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".show", sitting_id=sitting_id)
                people = key_of(form.proctor.value), key_of(form.substitute.value)
                staff_sitting(work, sitting_id, form.room.value or "", *people)
        except DomainError as refusal:
            refuse_each(form, refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template("sittings/staff.html", form=form, sitting=sitting)
    return page, status_for(form)


@sittings.route("/<uuid:sitting_id>/cancel", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EXAMS)
def cancel(sitting_id: UUID) -> Answer:
    sitting = get_sitting(look(), sitting_id)
    check_open(sitting)
    check_unstarted(sitting)
    form = ReasonForm()
    return reasoned(
        form,
        sitting,
        lambda work: cancel_sitting(work, sitting_id, form.reason.value),
        (_("Cancel the sitting"), _("The sitting is cancelled; its exams went back to the quota.")),
    )
