"""Who may see the system as whom, why, and for how long (G7)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from vlms.authentication.errors import VisitRefused
from vlms.core.errors import BadInput, Topic
from vlms.core.permissions import Role
from vlms.core.text import Text, _

RULE = "G7"
LASTS = timedelta(minutes=30)
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Visiting:
    """Who asks, and as whom.

    `roles` are all that the other one has, wherever; `known_in` the organisations in which they
    have a role or are a person of the directory.
    """

    actor_id: UUID | None
    user_id: UUID
    organisation_id: UUID
    roles: Collection[Role]
    known_in: Collection[UUID]
    is_disabled: bool


def check_visit(asked: Visiting) -> None:
    """Raises VisitRefused for oneself, operators, who is disabled or not known there."""
    if asked.actor_id is None or asked.actor_id == asked.user_id:
        raise _refused(
            "own_visit",
            _("This is you: you see the system with your own eyes already."),
            _("Choose somebody else."),
        )
    if Role.OPERATOR in asked.roles:
        raise _refused(
            "operator_visited",
            _("Nobody sees the system as an operator but the operator."),
            _("Ask the other operator to show it to you."),
        )
    if asked.is_disabled or asked.organisation_id not in asked.known_in:
        raise _refused(
            "not_at_work",
            _("This user cannot sign in here now, so there is nothing to be seen."),
            _("Give them back their access first, or choose somebody else."),
        )


def check_is_told(recipients: Collection[object]) -> None:
    """Raises VisitRefused where nobody could be told of it."""
    if not recipients:
        raise _refused(
            "nobody_told",
            _("Nobody of this organisation can be told by mail that you see it as this user."),
            _("Enter an e-mail address of the user, an administrator or the notices contact."),
        )


def already_visiting() -> VisitRefused:
    """For a second visit in one session."""
    return _refused(
        "already_visiting",
        _("You see VLMS as somebody else in this browser already."),
        _("End that visit first."),
    )


def check_reason(reason: str | None) -> str:
    """The reason without blanks around it. Raises BadInput for one that says too little."""
    said = (reason or "").strip()
    if len(said) < SHORTEST_REASON:
        raise BadInput(
            RULE,
            _("The reason is told to the person and their organisation, and it is too short."),
            field="reason",
            way_out=_("Say who asked for help, and with what."),
        )
    return said


def _refused(reason: str, sentence: Text, way_out: Text) -> VisitRefused:
    return VisitRefused(RULE, sentence, reason=reason, way_out=way_out, ask=Topic.ACCOUNT)
