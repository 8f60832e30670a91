"""What may be done while an operator sees the system as somebody else: look, and no more (G7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, request

from vlms.core.errors import Forbidden, Topic
from vlms.core.text import _

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What ends it.
ALWAYS_OPEN = frozenset({"visits.end", "accounts.sign_out"})
_closed: set[str] = set()


@dataclass(frozen=True)
class Visit:
    """As whom, by whom, why and until when; a visitor who has one is the one looked at."""

    id: UUID
    operator_id: UUID
    operator_name: str
    reason: str
    expires_at: datetime
    organisation_id: UUID

    def minutes_left(self, now: datetime) -> int:
        """How many, the last one begun."""
        return -int((now - self.expires_at).total_seconds() // 60)


class OnlyLooking(Forbidden):
    """Refused in every visit, whatever the roles (403)."""

    reason = "only_looking"


def close_to_visits(*blueprints: Blueprint) -> None:
    """Pages that belong to their user alone: nobody else sees them, in a visit either."""
    _closed.update(blueprint.name for blueprint in blueprints)


def check_only_looks(needs_proof: bool) -> None:
    """Raises OnlyLooking for what a visit may not ask for."""
    if request.endpoint is None or request.endpoint in ALWAYS_OPEN:
        # What is nowhere is answered so; what ends the visit may always be asked for.
        return
    if request.method not in SAFE or needs_proof or request.blueprint in _closed:
        raise only_looking()


def check_may_write() -> None:
    """Raises OnlyLooking where work would begin in a visit, whatever asked for it."""
    visitor = g.get("visitor")
    if visitor is not None and visitor.visit and request.endpoint not in ALWAYS_OPEN:
        raise only_looking()


def only_looking() -> OnlyLooking:
    return OnlyLooking(
        "G7",
        _("You see this as somebody else: nothing can be changed, and no code is shown."),
        way_out=_("End the visit, and ask the person to do it, or do it in your own name."),
        ask=Topic.ACCOUNT,
    )
