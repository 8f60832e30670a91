"""Whom to ask (O7): one answer for every page that refuses something."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, g
from sqlalchemy import select

from vlms.agreements.contacts import Contact, contact_for
from vlms.agreements.models import Agreement
from vlms.core.clock import local_day
from vlms.core.db import db, reading
from vlms.core.errors import Topic
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.web.access import Workspace

_ASKING = System("whom to ask")
_OPERATOR = "operator"


def ask_about(agreement_id: UUID) -> None:
    """This page is about something of the agreement, which its visitor need not see."""
    g.asked_agreement_id = agreement_id


def whom_to_ask(agreement: Agreement | None, topic: Topic | None) -> Contact:
    """Who answers questions on a topic.

    A contact of the page's agreement; else of the workspace's, the one that ends first; the
    operator where there is none or the visitor may not see it.
    """
    if agreement is not None:
        return contact_for(agreement, topic)
    return _contact_of_page(topic) or _contact_of_workspace(topic) or operator_contact()


def operator_contact() -> Contact:
    """Who runs this installation."""
    settings = current_app.config["SETTINGS"]
    return Contact(str(_("Operator of this system")), settings.help_mail or settings.mail_from)


def _contact_of_page(topic: Topic | None) -> Contact | None:
    agreement_id = g.get("asked_agreement_id")
    if agreement_id is None:
        return None
    with reading(_ASKING) as session:
        found = session.get(Agreement, agreement_id)
        return None if found is None else contact_for(found, topic)


def _contact_of_workspace(topic: Topic | None) -> Contact | None:
    workspace: Workspace | None = g.get("workspace")
    if workspace is None or workspace.kind == _OPERATOR:
        return None
    if not g.actor.may(Permission.VIEW_AGREEMENTS):
        return None
    today = local_day(g.now, workspace.time_zone)
    running = select(Agreement).where(Agreement.last_day >= today)
    first = db.session().scalar(running.order_by(Agreement.last_day, Agreement.number).limit(1))
    return None if first is None else contact_for(first, topic)
