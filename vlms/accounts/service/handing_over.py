"""Hands a role over: the successor has it and the former holder has not, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.errors import RoleRefused
from vlms.accounts.events import RoleEnded
from vlms.accounts.models import RoleGrant, User
from vlms.accounts.queries import find_user, get_user, list_grants, list_persons_of
from vlms.accounts.role_words import ROLE_WORDS
from vlms.accounts.service.limits import require_whole_organisation
from vlms.accounts.service.roles import Invitation, invite, name_of_new
from vlms.audit.service import journal
from vlms.core.errors import Topic
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class Successor:
    """Who would get the role. `name` is told of who works here already, and of nobody else."""

    email: str
    name: str | None
    is_of_here: bool


def look_at_successor(
    session: Session, organisation_id: UUID, from_user_id: UUID, successor: Invitation
) -> Successor:
    """Who that is, before anything is changed. Raises RoleRefused as `hand_over_role`, and
    BadInput for somebody new without a name.
    """
    held_by = get_user(session, from_user_id)
    to = find_user(session, successor.email)
    _check_another(held_by, to)
    _held(session, organisation_id, held_by.id, successor)
    if to is None:
        return Successor(successor.email, name_of_new(successor), False)
    persons = list_persons_of(session, to.id, organisation_id)
    is_of_here = any(one.left_at is None for one in persons) or any(
        one.organisation_id == organisation_id for one in list_grants(session, to.id)
    )
    return Successor(to.email, to.name if is_of_here else None, is_of_here)


def hand_over_role(
    work: Work, organisation_id: UUID, from_user_id: UUID, successor: Invitation
) -> RoleGrant:
    """Give the role of one user in the whole organisation to another, who is told by mail.

    Raises RoleRefused where the one does not have it (any more) or would be the successor, and
    what :func:`invite` raises; then both are as before.
    """
    require_whole_organisation(work)
    user = get_user(work.session, from_user_id)
    to = find_user(work.session, successor.email)
    _check_another(user, to)
    grant = _held(work.session, organisation_id, user.id, successor)
    (given,) = invite(work, organisation_id, replace(successor, given_by=user.name))
    work.does("role.handed_over")
    own = (RoleGrant.id == grant.id, RoleGrant.ended_at.is_(None))
    if guarded_update(work.session, RoleGrant, *own, ended_at=work.now) != 1:
        raise _not_held(successor)
    record = (RoleGrant.__tablename__, grant.id, organisation_id)
    journal(work, work.action, record, before={"ended_at": None}, after={"ended_at": work.now})
    work.events.append(RoleEnded(user.id))
    return given


def _check_another(holder: User, to: User | None) -> None:
    if to is not None and to.id == holder.id:
        raise RoleRefused(
            None,
            _("This is the present holder of the role."),
            reason="own_role",
            field="email",
            way_out=_("Name somebody else."),
        )


def _held(
    session: Session, organisation_id: UUID, user_id: UUID, successor: Invitation
) -> RoleGrant:
    for grant in list_grants(session, user_id):
        is_whole = grant.agreement_id is None and grant.school_id is None
        if (grant.organisation_id, grant.role) == (organisation_id, successor.role) and is_whole:
            return grant
    raise _not_held(successor)


def _not_held(successor: Invitation) -> RoleRefused:
    return RoleRefused(
        None,
        _(
            "Only who has the role hands it over: %(role)s.",
            role=ROLE_WORDS[successor.role],
        ),
        reason="not_held",
        way_out=_("Ask who has it, or let a licensing admin give it."),
        ask=Topic.ACCOUNT,
    )
