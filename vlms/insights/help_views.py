"""Whom to ask about what (O7), and where to read more."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from flask import Blueprint, current_app, g, render_template, url_for

from vlms.accounts.school_queries import find_institution_of, list_own_schools
from vlms.accounts.service.limits import school_limit
from vlms.agreements.models import Agreement
from vlms.core.clock import local_day
from vlms.core.db import db, reading
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.insights.help_contacts import TOPICS, SchoolContact, list_contacts, list_school_contacts
from vlms.insights.resource_links import KINDS, ResourcesUnreadable, list_resources
from vlms.web.access import public, requires

_log = structlog.get_logger()
_ASKING, _ACADEMIC = System("whom to ask"), "academic"

help_pages = Blueprint("help", __name__)


@help_pages.app_template_global()
def help_address() -> str:
    """The help page of the workspace, where there is one and one may open it."""
    workspace = g.get("workspace")
    if workspace is not None and g.actor.may(Permission.VIEW_WORKSPACE):
        return url_for("help.workspace_contacts", organisation=workspace.slug)
    return url_for("help.contacts")


@help_pages.get("/help")
@public
def contacts() -> str:
    """For those without an organisation, or who have not signed in."""
    if g.visitor is None:
        return _contacts_page()
    user_id, today = g.visitor.user_id, local_day(g.now, g.visitor.time_zone)
    only_in = g.visitor.only_in
    with reading(_ASKING) as session:
        institution = find_institution_of(session, user_id, only_in)
        if institution is None:
            return _contacts_page()
        own = list_own_schools(session, user_id, today)
        schools = [school.id for school in own if only_in in (None, school.organisation_id)]
        return _contacts_page(people=list_school_contacts(session, institution, schools))


@help_pages.get("/o/<organisation>/help")
@requires(Permission.VIEW_WORKSPACE)
def workspace_contacts() -> str:
    """The contacts of agreements; for a school's people, who see none, those of their own."""
    if g.actor.may(Permission.VIEW_AGREEMENTS):
        today = local_day(g.now, g.workspace.time_zone)
        return _contacts_page(list_contacts(db.session(), today))
    with reading(_ASKING) as session:
        own = school_limit(db.session()) or frozenset()
        return _contacts_page(
            people=list_school_contacts(session, g.workspace.organisation_id, own)
            if g.workspace.kind == _ACADEMIC
            else ()
        )


def _contacts_page(
    agreements: Sequence[Agreement] = (), people: Sequence[SchoolContact] = ()
) -> str:
    settings = current_app.config["SETTINGS"]
    return render_template(
        "help/contacts.html",
        agreements=agreements,
        people=people,
        topics=TOPICS,
        help_mail=settings.help_mail or settings.mail_from,
    )


@help_pages.get("/resources")
@public
def resources() -> str:
    """Links elsewhere; a file that cannot be read shows none, and the log says why."""
    try:
        links = list_resources(current_app.config["SETTINGS"].instance)
    except ResourcesUnreadable as error:
        _log.error("resources unreadable", reason=str(error))
        links = []
    return render_template("help/resources.html", links=links, kinds=KINDS)
