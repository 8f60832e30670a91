"""Whom to ask (O7): one answer for every page that refuses something."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, g
from sqlalchemy.orm import Session

from vlms.accounts.queries import list_persons_of, list_users_who_may
from vlms.accounts.school_queries import find_institution_of
from vlms.agreements.contacts import Contact, contact_for
from vlms.agreements.models import Agreement
from vlms.agreements.queries import find_first_to_end
from vlms.core.clock import local_day
from vlms.core.db import db, reading
from vlms.core.errors import Topic
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.web.access import Visitor, Workspace

_ASKING = System("whom to ask")
_OPERATOR, _ACADEMIC = "operator", "academic"


def ask_about(agreement_id: UUID) -> None:
    """This page is about something of the agreement, which its visitor need not see."""
    g.asked_agreement_id = agreement_id


def whom_to_ask(agreement: Agreement | None, topic: Topic | None) -> Contact:
    """Who answers questions on a topic.

    A contact of the page's agreement; else of the workspace's, the one that ends first; for a
    school's people, who see none, a licensing admin of their institution; for who has codes of
    an organisation, one of its licensing admins; else the operator.
    """
    if agreement is not None:
        return contact_for(agreement, topic)
    return (
        _contact_of_page(topic)
        or _contact_of_workspace(topic)
        or _admin_of_institution()
        or _admin_of_holder()
        or operator_contact()
    )


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
    first = find_first_to_end(db.session(), today)
    return None if first is None else contact_for(first, topic)


def _admin_of_institution() -> Contact | None:
    """The licensing admin who was there first, for who works or studies at a school."""
    with reading(_ASKING) as session:
        institution = _institution(session)
        admins = institution and list_users_who_may(session, institution, Permission.EDIT_PACKS)
        return Contact(admins[0].name, admins[0].email) if admins else None


def _admin_of_holder() -> Contact | None:
    """Who answers requests for vouchers where the visitor is in the directory, but not they."""
    visitor: Visitor | None = g.get("visitor")
    if g.get("workspace") is not None or visitor is None:
        return None
    with reading(_ASKING) as session:
        for person in list_persons_of(session, visitor.user_id, visitor.only_in):
            place = person.organisation_id
            for one in list_users_who_may(session, place, Permission.ANSWER_VOUCHER_REQUESTS):
                if person.left_at is None and one.id != visitor.user_id:
                    return Contact(one.name, one.email)
    return None


def _institution(session: Session) -> UUID | None:
    """Where the visitor is of a school: in the workspace's institution, else by their persons."""
    workspace: Workspace | None = g.get("workspace")
    if workspace is not None:
        return workspace.organisation_id if workspace.kind == _ACADEMIC else None
    visitor: Visitor | None = g.get("visitor")
    return find_institution_of(session, visitor.user_id, visitor.only_in) if visitor else None
