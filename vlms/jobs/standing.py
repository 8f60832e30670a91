"""Whether who asked for a job may still do in a workspace what they could when they asked.

Accounts knows who has which roles now; the application connects the two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from vlms.core.errors import Forbidden
from vlms.core.permissions import Role
from vlms.core.scope import Organisation, Scope, System
from vlms.core.text import _
from vlms.core.work import Actor


@dataclass(frozen=True)
class Standing:
    """A user's roles in a workspace, and what they see there."""

    roles: frozenset[Role]
    scope: Scope


# By user and organisation; None for who has no role there any more.
FindStanding = Callable[[UUID, UUID], Standing | None]


@dataclass
class _Connection:
    find: FindStanding | None = None


_connection = _Connection()


def use_standings(find: FindStanding) -> None:
    """Let jobs ask this from now on."""
    _connection.find = find


def check_standing(actor: Actor, scope: Scope) -> None:
    """Raises Forbidden when a role or an agreement was taken away from the actor since.

    Who works from the command line has no user, and loses nothing.
    """
    if actor.user_id is None or actor.organisation_id is None or _connection.find is None:
        return
    now = _connection.find(actor.user_id, actor.organisation_id)
    if now is None or not actor.roles <= now.roles or not covers(now.scope, scope):
        raise Forbidden(
            None,
            _("Your roles here have changed since you asked for this, so it was stopped."),
            reason="roles_changed",
            way_out=_("Ask for it again if your roles still allow it."),
        )


def covers(now: Scope, then: Scope) -> bool:
    """Whether what is seen now holds all that was seen then."""
    if isinstance(now, System):
        return isinstance(then, System)
    if not (isinstance(now, Organisation) and isinstance(then, Organisation)):
        return now == then
    return now.id == then.id and all(
        wider is None or (narrower is not None and wider >= narrower)
        for wider, narrower in (
            (now.agreement_ids, then.agreement_ids),
            (now.school_ids, then.school_ids),
        )
    )
