"""Who of an organisation is linked with it, and the tasks of who has left (K1, K2, K5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.queries import get_person
from vlms.accounts.rules.asking_again import asked_before
from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _, ngettext
from vlms.partners.link_exports import linked_table
from vlms.partners.link_words import END_WORDS, STATE_WORDS
from vlms.partners.queries.linked import (
    LinkTab,
    Narrowing,
    count_tabs,
    count_to_ask,
    get_task,
    last_invitations,
    list_rows,
    list_tasks,
    list_to_ask,
    list_unanswered_rows,
    persons_of,
    search_linked,
    search_not_linked,
)
from vlms.partners.queries.links import standings
from vlms.partners.service.inviting import invite
from vlms.partners.service.leaving import end_for_leaver
from vlms.web.access import requires
from vlms.web.asked_days import asked_days
from vlms.web.confirming import Question, confirmed
from vlms.web.forms import Form
from vlms.web.lists import Filter, ListPage
from vlms.web.locales import show_day
from vlms.web.pages import listing, send_table, wanted
from vlms.web.unit_of_work import answer, unit_of_work

Answer = str | Response | tuple[str, int]
links = Blueprint("links", __name__, url_prefix="/o/<organisation>/links")
TABS = {
    LinkTab.LINKED: _("Linked"),
    LinkTab.PENDING: _("Pending"),
    LinkTab.OVERDUE: _("Overdue"),
    LinkTab.COUNTED: _("Counted"),
    LinkTab.NOT_LINKED: _("Not linked"),
    LinkTab.ENDED: _("Ended"),
}


@links.get("/")
@requires(Permission.VIEW_SKILLS)
def index() -> str:
    """`tab`, `q` and `days` (asked so long ago, not linked yet) in the address narrow the list."""
    asked, words = wanted("tab"), wanted("q")
    tab = LinkTab(asked) if asked in list(LinkTab) else LinkTab.LINKED
    session, place = db.session(), g.workspace.organisation_id
    found = people = None
    days, waiting = asked_days()
    asked_for = _narrowing(tab)
    if tab is LinkTab.NOT_LINKED:
        people = search_not_linked(session, place, asked_for, listing("name"))
    else:
        found = search_linked(session, place, (tab, words), listing("-started"), g.now)
    rows = standings(session, found.rows, g.now) if found else []
    tasks = list_tasks(session, place)
    told = [one.association.id for one in rows] + [task.id for task in tasks]
    return render_template(
        "links/index.html",
        tab=tab,
        tabs=TABS,
        days=days,
        list=ListPage("links.index", (), _filters(tab, waiting), kept=("tab",)),
        words=words,
        counts=count_tabs(session, place, g.now),
        today=_today(),
        to_ask_count=count_to_ask(session, place, asked_for, _today()),
        found=found,
        rows=rows,
        persons=persons_of(session, [one.association.person_id for one in rows]),
        people=people,
        invited=last_invitations(session, [one.id for one in people.rows]) if people else {},
        tasks=tasks,
        entries=journal_of(*told, edited_by=Permission.EDIT_SKILLS) if told else None,
        states=STATE_WORDS,
        ends=END_WORDS,
    )


@links.get("/links.<form>")
@requires(Permission.VIEW_SKILLS)
def download(form: str) -> Response:
    """Everybody: linked, ended, not linked; or who has not answered for so many `days`."""
    place, before = g.workspace.organisation_id, _asked_before()
    rows = list(
        list_rows(db.session(), place, g.now)
        if before is None
        else list_unanswered_rows(db.session(), place, before)
    )
    return send_table(linked_table(rows, g.workspace.time_zone, g.now), "links", form)


@links.post("/invite")
@requires(Permission.EDIT_SKILLS)
def invite_all() -> str | Response:
    """Asks exactly those whom the page counts: not linked, and left by its `q` and `days`."""
    asked_for = _narrowing(LinkTab.NOT_LINKED)
    people = list_to_ask(db.session(), g.workspace.organisation_id, asked_for, _today())
    return _invite({person.id for person in people})


@links.post("/people/<uuid:person_id>/invite")
@requires(Permission.EDIT_SKILLS)
def invite_one(person_id: UUID) -> str | Response:
    """Asks one person. Raises NotFound for a person of another organisation."""
    return _invite({get_person(db.session(), person_id).id})


@links.route("/tasks/<uuid:task_id>/end", methods=["GET", "POST"])
@requires(Permission.END_LINKS, proof=True)
def finish(task_id: UUID) -> Answer:
    """K1: ends the link of who has left and asked for it."""
    task = get_task(db.session(), task_id)
    question = Question(
        _("End the link of a leaver"),
        task.person.name,
        (
            (_("MCID"), task.association.mcid),
            (_("Asked"), show_day(task.asked_at.date())),
            (_("Due on"), show_day(task.due_on)),
        ),
        (
            (_("They proved by mail that the MCID is theirs."), "K1"),
            (_("Their certifications do not count here any more."), "K1"),
        ),
        _("End the link"),
        "x",
        url_for("links.index"),
        takes_away=True,
    )
    return confirmed(question, lambda work: end_for_leaver(work, task_id), _("The link has ended."))


def _invite(chosen: set[UUID]) -> str | Response:
    form = Form()
    if not form.validate_on_submit():
        return index()
    with unit_of_work(form) as work:
        days, words = asked_days()[0], wanted("q")
        work.location = url_for("links.index", tab=LinkTab.NOT_LINKED.value, days=days, q=words)
        count = invite(work, g.workspace.organisation_id, chosen)
    told = ngettext("%(number)s mail is on its way.", "%(number)s mails are on their way.", count)
    none = _("Nobody is asked twice on a day, and nobody without an address.")
    return answer(work, told if count else none)


def _asked_before() -> datetime | None:
    days = asked_days()[0]
    return None if days is None else asked_before(g.now, g.workspace.time_zone, days)


def _filters(tab: LinkTab, waiting: Filter) -> list[Filter]:
    words = Filter("q", _("Search in this list"), hint=_("Name, address or number"))
    return [words, waiting] if tab is LinkTab.NOT_LINKED else [words]


def _narrowing(tab: LinkTab) -> Narrowing:
    """To whom the address narrows those who are not linked; other tabs have words of their own."""
    return (wanted("q"), _asked_before()) if tab is LinkTab.NOT_LINKED else (None, None)


def _today() -> datetime:
    return asked_before(g.now, g.workspace.time_zone, 1)
