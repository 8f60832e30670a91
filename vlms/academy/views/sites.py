"""Pages of the sites at which exams are delivered, and of their gate (A1)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.academy.forms.packs import CheckForm, SiteForm, shown_site
from vlms.academy.models.sites import DeliverySite
from vlms.academy.pack_acts import acts_on_site, is_own, site_entering
from vlms.academy.queries.sites import (
    SiteFilter,
    gate_of,
    get_site,
    is_gate_open,
    search_sites,
    zone_of_site,
)
from vlms.academy.requirements import site_requirements
from vlms.academy.service import sites as service
from vlms.academy.views.packs import look
from vlms.accounts.queries import list_schools
from vlms.audit.views import journal_of
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work

sites = Blueprint("sites", __name__, url_prefix="/o/<organisation>/sites")

HEADINGS = (
    Heading("name", _("Site"), "name"),
    Heading("organisation", _("Organisation"), is_extra=True),
    Heading("school", _("School")),
    Heading("gate", _("Gate today")),
    Heading("center_number", _("Testing-center number"), None, "nowrap"),
    Heading("valid_to", _("Valid to"), None, "nowrap"),
    Heading("address", _("Street address"), is_extra=True),
)


def today_at(site: DeliverySite) -> date:
    return local_day(g.now, zone_of_site(db.session(), site))


@sites.get("/")
@requires(Permission.VIEW_PACKS)
def index() -> str:
    """The sites that the visitor sees, by name, under the filters `q` and `gate`."""
    return render_template(
        "sites/index.html",
        list=ListPage(
            "sites.index",
            HEADINGS,
            (
                Filter("q", _("Search in this list"), hint=_("Name, address or number")),
                Filter("gate", _("Gate today"), {"shut": _("Shut"), "open": _("Open")}),
            ),
        ),
        found=search_sites(db.session(), _asked(), listing("name")),
        is_open=lambda site: is_gate_open(site, today_at(site)),
        act=site_entering(look()),
    )


def _asked() -> SiteFilter:
    gate = {"open": True, "shut": False}.get(wanted("gate") or "")
    return SiteFilter(g.now, wanted("q"), gate)


@sites.get("/<uuid:site_id>")
@requires(Permission.VIEW_PACKS)
def show(site_id: UUID) -> str:
    site = get_site(db.session(), site_id)
    day = today_at(site)
    acts = acts_on_site(look(), site)
    return render_template(
        "sites/show.html",
        site=site,
        gate=gate_of(site, day),
        is_open=is_gate_open(site, day),
        day=day,
        requirements=site_requirements(),
        checks={check.requirement_key: check for check in site.checks},
        acts=[act for act in acts if is_own(act)],
        acts_of_others=[act for act in acts if not is_own(act)],
        entries=journal_of(site.id, *(check.id for check in site.checks)),
    )


@sites.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def new() -> str | Response | tuple[str, int]:
    form = SiteForm()
    form.offer(list_schools(db.session(), g.workspace.organisation_id))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                made = service.add_site(work, g.workspace.organisation_id, form.facts())
                work.location = url_for(".check", site_id=made.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The site is entered. Now its technical requirements."))
    page = render_template("sites/new.html", form=form, back=url_for(".index"))
    return page, 422 if form.is_refused else 200


@sites.route("/<uuid:site_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def edit(site_id: UUID) -> str | Response | tuple[str, int]:
    site = get_site(db.session(), site_id)
    form = SiteForm(data=shown_site(site))
    form.offer(list_schools(db.session(), site.organisation_id))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                service.edit_site(work, site_id, form.facts())
                work.location = url_for(".show", site_id=site_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template(
        "sites/edit.html", form=form, site=site, back=url_for(".show", site_id=site_id)
    )
    return page, 422 if form.is_refused else 200


@sites.route("/<uuid:site_id>/check", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EXAMS)
def check(site_id: UUID) -> str | Response | tuple[str, int]:
    """The technical checklist: who ticked each requirement is kept with it."""
    site = get_site(db.session(), site_id)
    ticked = [one.requirement_key for one in site.checks if one.ticked_at is not None]
    form = CheckForm(data={"ticked": ticked})
    form.ticked.offer((one.key, one.name) for one in site_requirements())
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                service.tick(work, site_id, form.ticked.value)
                work.location = url_for(".show", site_id=site_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The list is saved, with your name at what you ticked."))
    page = render_template(
        "sites/check.html",
        form=form,
        site=site,
        requirements=site_requirements(),
        checks={one.requirement_key: one for one in site.checks},
    )
    return page, 422 if form.is_refused else 200


@sites.route("/<uuid:site_id>/close", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def close(site_id: UUID) -> str | Response | tuple[str, int]:
    effects = (
        (_("No exam of a site pack can be scheduled or started there any more."), "A1"),
        (_("What was delivered there stays as it is; the site can be used again later."), None),
    )
    site = get_site(db.session(), site_id)
    question = _question(site, _("Close the site"), effects, takes_away=True)
    return confirmed(
        question, lambda work: service.close_site(work, site_id), _("The site is closed.")
    )


@sites.route("/<uuid:site_id>/reopen", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def reopen(site_id: UUID) -> str | Response | tuple[str, int]:
    effects = (
        (_("Exams can be scheduled there again while its gate is open."), "A1"),
        (_("Its number, its days and its ticks are as they were."), None),
    )
    site = get_site(db.session(), site_id)

    def act(work: Work) -> None:
        service.reopen_site(work, site_id)

    return confirmed(
        _question(site, _("Use it again"), effects), act, _("The site is in use again.")
    )


def _question(
    site: DeliverySite,
    title: Text,
    effects: tuple[tuple[Text, str | None], ...],
    *,
    takes_away: bool = False,
) -> Question:
    return Question(
        title,
        site.name,
        ((_("Site"), site.name), (_("Street address"), site.address)),
        effects,
        title,
        "ban" if takes_away else "refresh",
        url_for(".show", site_id=site.id),
        takes_away,
    )
