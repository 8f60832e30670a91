"""Mail about exports that wait for a second admin: a link, never a code."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from vlms.accounts import models as accounts
from vlms.accounts.models import User
from vlms.accounts.queries import list_users_who_may
from vlms.accounts.standing import find_standing
from vlms.core.db import reading
from vlms.core.permissions import permissions_of
from vlms.core.scope import Organisation, Scope, System
from vlms.core.work import Work
from vlms.disclosures.models import CodeExport
from vlms.disclosures.service.conditions import MAY
from vlms.notices.outbox import Mail, Recipient, post

_ASKING = System("who may decide about an export")


def list_deciders(export: CodeExport) -> Sequence[User]:
    """Who else may see these codes and can sign in: whoever was only invited cannot decide."""
    with reading(_ASKING) as session:
        may = list_users_who_may(session, export.organisation_id, MAY, export.agreement_id)
        others = [user for user in may if user.id != export.asked_by and user.password_hash]
    return [user for user in others if _may_decide(user.id, export)]


def _may_decide(user_id: UUID, export: CodeExport) -> bool:
    """By what their roles amount to: several of them may narrow each other."""
    standing = find_standing(user_id, export.organisation_id)
    return (
        standing is not None
        and MAY in permissions_of(standing.roles)
        and _sees(standing.scope, export.agreement_id)
    )


def _sees(seen: Scope, agreement_id: UUID | None) -> bool:
    if not isinstance(seen, Organisation) or seen.agreement_ids is None:
        return True
    return agreement_id in seen.agreement_ids


def tell_deciders(work: Work, export: CodeExport, deciders: Sequence[User]) -> None:
    """Ask each of them to decide."""
    for user in deciders:
        _tell(work, export, user, "export_waits", {"asker": work.actor.name})


def tell_asker(work: Work, export: CodeExport) -> None:
    """Tell who asked how it was decided, and why not."""
    facts = {
        "decider": work.actor.name,
        "is_approved": export.decline_reason is None,
        "decline_reason": export.decline_reason or "",
    }
    _tell(work, export, export.asker, "export_answered", facts)


def _tell(
    work: Work, export: CodeExport, user: User, template: str, facts: dict[str, object]
) -> None:
    place = work.session.get_one(accounts.Organisation, export.organisation_id)
    told = {
        "number": export.number,
        "count": export.code_count,
        "reason": export.reason,
        "organisation": place.name,
        "path": f"/o/{place.slug}/disclosures/exports/{export.id}",
        **facts,
    }
    key = f"{template}:{export.id}:{user.id}"
    mail = Mail(template, export.id, key, place.id, export.agreement_id, facts=told)
    post(work, mail, Recipient(user.name, user.email, user.language))
