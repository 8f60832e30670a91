"""Whom to ask about what (O7), and where to read more."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from flask import Blueprint, current_app, g, render_template, url_for

from vlms.agreements.models import Agreement
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.insights.help_contacts import TOPICS, list_contacts
from vlms.insights.resource_links import KINDS, ResourcesUnreadable, list_resources
from vlms.web.access import public, requires

_log = structlog.get_logger()

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
    return _contacts_page([])


@help_pages.get("/o/<organisation>/help")
@requires(Permission.VIEW_WORKSPACE)
def workspace_contacts() -> str:
    may_see = g.actor.may(Permission.VIEW_AGREEMENTS)
    today = local_day(g.now, g.workspace.time_zone)
    return _contacts_page(list_contacts(db.session(), today) if may_see else [])


def _contacts_page(agreements: Sequence[Agreement]) -> str:
    settings = current_app.config["SETTINGS"]
    return render_template(
        "help/contacts.html",
        agreements=agreements,
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
