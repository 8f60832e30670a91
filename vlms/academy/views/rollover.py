"""Pages that carry a term over to the next one: choose, see what will happen, confirm."""

from __future__ import annotations

from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.academy.queries.choices import list_newest_terms
from vlms.academy.service.rollover import Rollover, plan_rollover, roll_over
from vlms.academy.views.reports import academy_reports
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.errors import status_of
from vlms.web.pages import wanted

__all__ = ["academy_reports"]
Page = str | Response | tuple[str, int]
# Classes that are named; the others are counted.
_NAMED = 20


@academy_reports.get("/rollover")
@requires(Permission.EDIT_PACKS)
def rollover() -> Page:
    """Choose the term that is over and the next one."""
    return _chooser(None)


def _chooser(refusal: DomainError | None) -> Page:
    terms = list_newest_terms(db.session())
    today = local_day(g.now, g.workspace.time_zone)
    over = [term for term in terms if term.last_day < today]
    coming = [term for term in reversed(terms) if term.last_day >= today]
    page = render_template(
        "academy_reports/rollover.html",
        over=over,
        coming=coming,
        chosen=(wanted("from"), wanted("to")),
        refusal=refusal,
    )
    return page if refusal is None else (page, status_of(refusal))


@academy_reports.route("/rollover/confirm", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def confirm_rollover() -> Page:
    """What will happen, by which rule; nothing has happened until the button is pressed."""
    old_id, new_id = _key("from"), _key("to")
    if old_id is None or new_id is None:
        return _chooser(None)
    zone = g.workspace.time_zone
    try:
        plan = plan_rollover(db.session(), old_id, new_id, local_day(g.now, zone))
    except DomainError as refusal:
        return _chooser(refusal)
    return confirmed(
        _question(plan),
        lambda work: roll_over(work, old_id, new_id, zone),
        _("The term is carried over; the coordinators are told."),
    )


def _question(plan: Rollover) -> Question:
    count = plan.moved_count
    return Question(
        _("Carry over to the next term"),
        plan.old.title,
        (
            (_("Term that is over"), plan.old.title),
            (_("Next term"), plan.new.title),
            (_("Exams that move"), count),
            (_("Classes that end"), len(plan.classes)),
        ),
        [*((each.sentence, "A2") for each in plan.quotas), *_about_classes(plan), _FINAL],
        ngettext("Carry over %(number)s exam", "Carry over %(number)s exams", count),
        "arrow-right",
        url_for("academy_reports.lapsing"),
    )


_FINAL = (
    _("This is not undone by a button; single quotas can be moved back while they are free."),
    None,
)


def _about_classes(plan: Rollover) -> list[tuple[Text, str | None]]:
    if not plan.classes:
        return [(_("No class ends: those of the term have ended, or go on in a later one."), None)]
    names = tuple(found.title for found in plan.classes[:_NAMED])
    more = len(plan.classes) - len(names)
    day = plan.old.last_day
    ending = _("These classes end on %(day)s: %(names)s.", day=day, names=names)
    if not more:
        return [(ending, None)]
    others = ngettext("And %(number)s more class.", "And %(number)s more classes.", more)
    return [(ending, None), (others, None)]


def _key(name: str) -> UUID | None:
    try:
        return UUID(wanted(name) or "")
    except ValueError:
        return None
