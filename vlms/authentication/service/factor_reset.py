"""Takes away somebody's second factors, so that they set up new ones (G5).

Asked with a scope that sees everything: who may reset whose is decided by the roles of both.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete

from vlms.accounts.models import Organisation, User
from vlms.accounts.queries import get_organisation, get_user, list_grants
from vlms.audit.service import journal
from vlms.authentication.factor_models import SecondFactor
from vlms.authentication.factor_queries import list_factors, list_known_in
from vlms.authentication.rules.factor_reset import Resetting, check_reason, check_reset
from vlms.authentication.service.factors import forget_codes, hold_user
from vlms.authentication.service.sessions import end_sessions
from vlms.core.errors import NotFound
from vlms.core.permissions import Permission, Role, permissions_of
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post


def reset_factors(work: Work, organisation_id: UUID, user_id: UUID, reason: str | None) -> int:
    """How many were taken away. Their user is told by mail, and signed out everywhere.

    `organisation_id` is where it is asked for and journalled. Raises FactorRefused, BadInput,
    NotFound, Forbidden.
    """
    work.actor.require(Permission.GRANT_ROLES)
    organisation = get_organisation(work.session, organisation_id)
    user = get_user(work.session, user_id)
    hold_user(work, user_id)
    check_may_reset(work, organisation, user)
    said = check_reason(reason)
    taken = list_factors(work.session, user_id)
    journal(
        work,
        "factors.reset",
        ("user", user_id, organisation_id),
        before={"factors": [factor.name for factor in taken]},
        reason=said,
    )
    work.session.execute(
        delete(SecondFactor).where(SecondFactor.user_id == user_id),
        execution_options={"synchronize_session": False},
    )
    forget_codes(work, user_id)
    end_sessions(work, user_id)
    _tell(work, organisation, user, said)
    return len(taken)


def check_may_reset(work: Work, organisation: Organisation, user: User) -> None:
    """Raises FactorRefused; NotFound for who is not known in this organisation at all."""
    known_in = list_known_in(work.session, user.id)
    if organisation.id not in known_in:
        raise NotFound(None, _("This organisation knows nobody so."))
    check_reset(
        Resetting(
            actor_id=work.actor.user_id,
            user_id=user.id,
            is_operator=Role.OPERATOR in work.actor.roles,
            admin_of=_admin_of(work),
            known_in=known_in,
        )
    )


def _admin_of(work: Work) -> set[UUID]:
    """Where the actor gives roles for the whole organisation, now."""
    if work.actor.user_id is None:
        return set()
    return {
        grant.organisation_id
        for grant in list_grants(work.session, work.actor.user_id)
        if Permission.GRANT_ROLES in permissions_of(frozenset({grant.role}))
        and grant.agreement_id is None
        and grant.school_id is None
    }


def _tell(work: Work, organisation: Organisation, user: User, reason: str) -> None:
    facts = {"organisation": organisation.name, "by": work.actor.name, "reason": reason}
    key = f"factors_reset:{user.id}:{work.now.isoformat()}"
    mail = Mail("factors_reset", user.id, key, organisation_id=organisation.id, facts=facts)
    post(work, mail, Recipient(user.name, user.email, user.language))
