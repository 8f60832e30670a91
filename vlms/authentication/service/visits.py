"""Visits: an operator sees the system as one user of an organisation, and changes nothing (G7).

Both ends are told in the organisation's chain, the beginning by mail too.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

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
from vlms.authentication.rules.visits import LASTS, Visiting, check_reason, check_visit
from vlms.authentication.visit_models import SupportVisit
from vlms.authentication.visit_queries import list_lapsed
from vlms.core.errors import NotFound
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.sign_in_names import has_no_mail
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

BEGUN, ENDED = "support_visit.begun", "support_visit.ended"
BY_HAND, BY_TIME = "ended", "over"


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
    visit = SupportVisit(
        session_id=session_id,
        operator_id=work.actor.user_id,
        user_id=user_id,
        organisation_id=organisation_id,
        reason=said,
        begun_at=work.now,
        expires_at=work.now + LASTS,
    )
    work.session.add(visit)
    work.flush()
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


def end_visit_named(work: Work, visit_id: UUID) -> bool:
    """The same by its key. Raises NotFound."""
    visit = work.session.get(SupportVisit, visit_id)
    if visit is None:
        raise NotFound(None, _("There is no such visit."))
    return end_visit(work, visit)


def end_visits_in(work: Work, secret: str) -> None:
    """End the visit that goes on in the session with this secret, if there is one."""
    session_id = select(SignInSession.id).where(SignInSession.secret_digest == digest(secret))
    for visit in work.session.scalars(
        select(SupportVisit).where(
            SupportVisit.session_id.in_(session_id), SupportVisit.ended_at.is_(None)
        )
    ).all():
        end_visit(work, visit)


def end_lapsed_visits(work: Work) -> int:
    """Tell of those that are over by themselves; how many."""
    return sum(end_visit(work, visit, BY_TIME) for visit in list_lapsed(work.session, work.now))


def _tell(work: Work, visit: SupportVisit, organisation: Organisation, user: User) -> None:
    """Whoever was visited; who has no mail is told through those who give roles there."""
    told = [user]
    if has_no_mail(user.email):
        told = list(list_users_who_may(work.session, organisation.id, Permission.GRANT_ROLES))
    for one in told:
        facts = {
            "by": work.actor.name,
            "organisation": organisation.name,
            "visited": user.name,
            "reason": visit.reason,
            "until": visit.expires_at.isoformat(),
        }
        key = f"visit_begun:{visit.id}:{one.id}"
        mail = Mail("visit_begun", user.id, key, organisation_id=organisation.id, facts=facts)
        post(work, mail, Recipient(one.name, one.email, one.language))
