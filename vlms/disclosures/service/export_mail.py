"""Mail about exports that wait for a second admin: a link, never a code."""

from __future__ import annotations

from collections.abc import Sequence

from vlms.accounts.models import Organisation, User
from vlms.accounts.queries import list_users_who_may
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.core.work import Work
from vlms.disclosures.models import CodeExport
from vlms.disclosures.service.conditions import MAY
from vlms.notices.outbox import Mail, Recipient, post

_ASKING = System("who may decide about an export")


def list_deciders(export: CodeExport) -> Sequence[User]:
    """Who else may see these codes."""
    with reading(_ASKING) as session:
        may = list_users_who_may(session, export.organisation_id, MAY, export.agreement_id)
        return [user for user in may if user.id != export.asked_by]


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
    place = work.session.get_one(Organisation, export.organisation_id)
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
