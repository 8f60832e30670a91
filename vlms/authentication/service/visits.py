"""Visits: an operator sees the system as one user of an organisation, and changes nothing (G7).

Both ends are told in the organisation's chain, the beginning by mail too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vlms.accounts.events import RoleEnded
from vlms.accounts.models import Organisation, User
from vlms.accounts.queries import (
    get_organisation,
    get_user,
    list_grants,
    list_users_who_may,
)
from vlms.audit.service import ON_BEHALF_OF, journal
from vlms.authentication.factor_queries import list_known_in
from vlms.authentication.models import SignInSession
from vlms.authentication.queries import digest
from vlms.authentication.rules.visits import (
    LASTS,
    Visiting,
    already_visiting,
    check_is_told,
    check_reason,
    check_visit,
)
from vlms.authentication.visit_models import SupportVisit
from vlms.authentication.visit_queries import has_access, list_going_on, list_lapsed
from vlms.core.errors import NotFound
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.sign_in_names import has_no_mail
from vlms.core.text import _
from vlms.core.work import Actor, Work
from vlms.notices.outbox import Mail, Recipient, post

BEGUN, ENDED = "support_visit.begun", "support_visit.ended"
BY_HAND, BY_TIME, BY_LOSS = "ended", "over", "access_lost"
FindContact = Callable[[Session, UUID, date], Recipient | None]


@dataclass
class _Contacts:
    """Who is written to for an organisation in which nobody else has mail."""

    find: FindContact | None = None


_contacts = _Contacts()


def use_visit_contacts(find: FindContact) -> None:
    """Set once by the application."""
    _contacts.find = find


def check_may_visit(work: Work, organisation_id: UUID, user: User) -> None:
    """Raises VisitRefused, and Forbidden for who is no operator."""
    work.actor.require(Permission.VISIT_USERS)
    check_visit(
        Visiting(
            actor_id=work.actor.user_id,
            user_id=user.id,
            organisation_id=organisation_id,
            roles={grant.role for grant in list_grants(work.session, user.id)},
            known_in=list_known_in(work.session, user.id),
            is_disabled=user.disabled_at is not None,
        )
    )
    check_is_told(_told(work, organisation_id, user))


def begin_visit(
    work: Work, session_id: UUID, whose: tuple[UUID, UUID], reason: str | None
) -> SupportVisit:
    """See as this user of this organisation, in this session and for half an hour.

    Raises VisitRefused, BadInput, NotFound, Forbidden.
    """
    user_id, organisation_id = whose
    organisation, user = (
        get_organisation(work.session, organisation_id),
        get_user(work.session, user_id),
    )
    check_may_visit(work, organisation_id, user)
    said = check_reason(reason)
    _end_earlier(work, session_id)
    visit = SupportVisit(
        session_id=session_id,
        operator_id=work.actor.user_id,
        user_id=user_id,
        organisation_id=organisation_id,
        reason=said,
        begun_at=work.now,
        expires_at=work.now + LASTS,
    )
    try:
        with work.session.begin_nested():
            work.session.add(visit)
    except IntegrityError as error:
        # Sent twice at one moment: the other one has begun.
        raise already_visiting() from error
    facts = {ON_BEHALF_OF: user.name, "expires_at": visit.expires_at}
    journal(work, BEGUN, ("user", user_id, organisation_id), after=facts, reason=said)
    _tell(work, visit, organisation, user)
    return visit


def end_visit(work: Work, visit: SupportVisit, because: str = BY_HAND) -> bool:
    """End it now; False where it had ended already."""
    count = guarded_update(
        work.session,
        SupportVisit,
        SupportVisit.id == visit.id,
        SupportVisit.ended_at.is_(None),
        ended_at=work.now,
    )
    if count:
        record = ("user", visit.user_id, visit.organisation_id)
        journal(work, ENDED, record, after={"because": because}, reason=visit.reason)
    return bool(count)


def end_visit_named(work: Work, visit_id: UUID, because: str = BY_HAND) -> bool:
    """The same by its key. Raises NotFound."""
    visit = work.session.get(SupportVisit, visit_id)
    if visit is None:
        raise NotFound(None, _("There is no such visit."))
    return end_visit(work, visit, because)


def end_visits_in(work: Work, secret: str) -> None:
    """End the visit that goes on in the session with this secret, as its operator's own act."""
    session_id = select(SignInSession.id).where(SignInSession.secret_digest == digest(secret))
    for visit in work.session.scalars(
        select(SupportVisit).where(
            SupportVisit.session_id.in_(session_id), SupportVisit.ended_at.is_(None)
        )
    ).all():
        outer = work.actor
        operator = get_user(work.session, visit.operator_id)
        work.actor = Actor(operator.name, operator.id)
        try:
            end_visit(work, visit)
        finally:
            work.actor = outer


def end_lapsed_visits(work: Work) -> int:
    """Tell of those that are over by themselves; how many."""
    count = sum(end_visit(work, visit, BY_TIME) for visit in list_lapsed(work.session, work.now))
    return count + _end_without_access(work)


def end_visits_on_losing_role(work: Work, event: RoleEnded) -> None:
    """It does not come back with a role that is given again."""
    with work.as_system("a role has ended"):
        _end_without_access(work, event.user_id)


def _end_without_access(work: Work, user_id: UUID | None = None) -> int:
    return sum(
        end_visit(work, visit, BY_LOSS)
        for visit, user in list_going_on(work.session, user_id)
        if not has_access(work.session, visit, user)
    )


def _end_earlier(work: Work, session_id: UUID) -> None:
    """What was over in this session and was not told of yet."""
    for visit in list_lapsed(work.session, work.now):
        if visit.session_id == session_id:
            end_visit(work, visit, BY_TIME)


def _told(work: Work, organisation_id: UUID, user: User) -> list[Recipient]:
    """Whoever was visited; who has no mail is told through those who give roles there.

    Where these have none either, through the notices contact of an agreement.
    """
    admins = list_users_who_may(work.session, organisation_id, Permission.GRANT_ROLES)
    for users in ([user], admins):
        found = [one for one in users if not has_no_mail(one.email)]
        if found:
            return [Recipient(one.name, one.email, one.language) for one in found]
    place = get_organisation(work.session, organisation_id)
    find = _contacts.find
    contact = find(work.session, place.id, work.today(place.time_zone)) if find else None
    return [] if contact is None else [contact]


def _tell(work: Work, visit: SupportVisit, organisation: Organisation, user: User) -> None:
    for number, one in enumerate(_told(work, organisation.id, user)):
        facts = {
            "by": work.actor.name,
            "organisation": organisation.name,
            "visited": user.name,
            "reason": visit.reason,
            "until": visit.expires_at.isoformat(),
        }
        key = f"visit_begun:{visit.id}:{number}"
        mail = Mail("visit_begun", user.id, key, organisation_id=organisation.id, facts=facts)
        post(work, mail, one)
