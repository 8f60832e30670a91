"""Who may take away somebody's second factors, so that they set up new ones (G5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from vlms.authentication.errors import FactorRefused
from vlms.core.errors import BadInput, Topic
from vlms.core.text import Text, _

RULE = "G5"
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Resetting:
    """Who asks, and about whom.

    `admin_of`: organisations in which who asks gives roles for the whole; `known_in`: those in
    which the other one has a role or is a person of the directory.
    """

    actor_id: UUID | None
    user_id: UUID
    is_operator: bool
    admin_of: Collection[UUID]
    known_in: Collection[UUID]


def check_reset(asked: Resetting) -> None:
    """Raises FactorRefused for one's own, and for whoever is known where one gives no roles."""
    if asked.actor_id == asked.user_id:
        raise _refused(
            "own_factors",
            _("These are your own second factors; only somebody else can reset them."),
            _("Ask another administrator of your organisation, or the operator."),
        )
    if asked.is_operator:
        return
    if not asked.known_in or not set(asked.known_in) <= set(asked.admin_of):
        raise _refused(
            "known_elsewhere",
            _("This person is also known in an organisation where you do not give roles."),
            _("Ask the operator, who can reset them for all organisations."),
        )


def check_reason(reason: str | None) -> str:
    """The reason without blanks around it. Raises BadInput for one that says too little."""
    said = (reason or "").strip()
    if len(said) < SHORTEST_REASON:
        raise BadInput(
            RULE,
            _("A reset is told with its reason, and this one is too short."),
            field="reason",
            way_out=_("Say who asked for it, and how you made sure that it was this person."),
        )
    return said


def _refused(reason: str, sentence: Text, way_out: Text) -> FactorRefused:
    return FactorRefused(RULE, sentence, reason=reason, way_out=way_out, ask=Topic.ACCOUNT)
