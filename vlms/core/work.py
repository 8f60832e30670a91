"""A unit of work: one actor, one instant, one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.clock import local_day
from vlms.core.db import transaction
from vlms.core.errors import Forbidden
from vlms.core.keys import KeyRing
from vlms.core.permissions import Permission, Role, permissions_of
from vlms.core.scope import Scope, System
from vlms.core.text import _

# Who acts where nobody asked for it; the journal names it so.
SYSTEM_NAME = "system"


@dataclass(frozen=True)
class Behind:
    """Who really is at the keyboard, where somebody is seen through another's eyes (G7)."""

    user_id: UUID
    name: str


@dataclass(frozen=True)
class Actor:
    """Who acts, in which organisation, with which roles there."""

    name: str
    user_id: UUID | None = None
    organisation_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    time_zone: str = "UTC"
    behind: Behind | None = None

    def may(self, permission: Permission) -> bool:
        return permission in permissions_of(self.roles)

    def require(self, permission: Permission) -> None:
        """Raises Forbidden unless one of the roles allows it."""
        if not self.may(permission):
            raise Forbidden(None, _("Your role does not allow this."), reason=permission.value)


@dataclass(frozen=True)
class Terms:
    """The installation's own numbers in the rules: days, and codes."""

    order_early_days: int = 90
    outcome_days: int = 30
    # C8: an export of more codes needs a second admin.
    export_limit: int = 500
    # So many failures within a minute are told to the operators.
    alarm_failures: int = 20


@dataclass
class Work:
    """What a service is given: where to write, who acts, and the one `now` of it all."""

    session: Session
    actor: Actor
    now: datetime
    terms: Terms
    keys: KeyRing = field(repr=False)
    action: str = ""
    reason: str | None = None
    events: list[object] = field(default_factory=list)
    # Kept files that have done their work, as forms have.
    used_files: list[object] = field(default_factory=list)
    # Where the answer to a request is; a form sent twice is led there.
    location: str = ""

    def today(self, zone: str) -> date:
        """The day of `now` in an IANA zone."""
        return local_day(self.now, zone)

    def does(self, action: str, reason: str | None = None) -> None:
        """Name what the rows changed from now on are changed for; the journal keeps it."""
        self.session.flush()
        self.action, self.reason = action, reason

    @contextmanager
    def doing(self, action: str) -> Iterator[None]:
        """Something told by a name of its own within a larger act."""
        outer = self.action, self.reason
        self.does(action)
        yield
        self.does(*outer)

    @contextmanager
    def as_system(self, reason: str) -> Iterator[None]:
        """What the system does by itself in answer to an event, whoever's act that was.

        For answers to events alone: nothing that the person chose may decide what is reached.
        """
        outer = self.actor, self.session.info["scope"]
        self.flush()
        self.actor, self.session.info["scope"] = Actor(SYSTEM_NAME), System(reason)
        try:
            yield
            self.flush()
        finally:
            self.actor, self.session.info["scope"] = outer

    def flush(self) -> None:
        self.session.flush()


Reaction = Callable[[Work, Any], None]
Reactions = Mapping[type, tuple[Reaction, ...]]


@dataclass
class _Means:
    """What every unit of work is given; set once by the application."""

    reactions: Reactions = field(default_factory=dict)
    terms: Terms = Terms()
    keys: KeyRing | None = None


_means = _Means()


def equip(keys: KeyRing, terms: Terms, reactions: Reactions) -> None:
    """Give every unit of work from now on its keys, numbers and answers to events.

    Reactions run before the commit, in the same transaction.
    """
    _means.keys, _means.terms, _means.reactions = keys, terms, reactions


def key_ring() -> KeyRing:
    """The installation's keys, for what only reads; work has them as `work.keys`."""
    if _means.keys is None:
        raise RuntimeError("equip() comes before any work")
    return _means.keys


@contextmanager
def working(actor: Actor, scope: Scope, now: datetime) -> Iterator[Work]:
    """Open a unit of work; events are answered and all is committed at its end."""
    if _means.keys is None:
        raise RuntimeError("equip() comes before any work")
    with transaction(scope) as session:
        work = Work(session, actor, now, _means.terms, _means.keys)
        session.info["work"] = work
        yield work
        _answer_events(work)


def check_event(session: Session, actor: Actor, now: datetime, event: object) -> None:
    """Ask whether an event would be refused, on a session that only reads.

    For pages that show what is not possible; only for events whose answers write nothing.
    Raises what the answers raise.
    """
    if _means.keys is None:
        raise RuntimeError("equip() comes before any work")
    work = Work(session, actor, now, _means.terms, _means.keys)
    for reaction in _means.reactions.get(type(event), ()):
        reaction(work, event)


def _answer_events(work: Work) -> None:
    while work.events:
        event = work.events.pop(0)
        for reaction in _means.reactions.get(type(event), ()):
            reaction(work, event)
