"""Who a session works for, and what each table lets that scope see.

A session's scope is fixed when it starts. `vlms.core.scoping` adds it to every
statement; a table says with its :class:`Visibility` which of its columns count.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Organisation:
    """One tenant; the ids narrow it to some agreements or schools (None: all of them)."""

    id: UUID
    agreement_ids: frozenset[UUID] | None = None
    school_ids: frozenset[UUID] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is narrowed to no agreements and no schools."""
        return self.agreement_ids is None and self.school_ids is None


@dataclass(frozen=True)
class Reseller:
    """The rows that carry this reseller's id, whosever they are."""

    id: UUID


@dataclass(frozen=True)
class Holder:
    """A user, through the directory entries (persons) that they have claimed."""

    user_id: UUID
    person_ids: frozenset[UUID]


@dataclass(frozen=True)
class Team:
    """A manager: what concerns the persons whom they manage, and no more of it than is named.

    Never their own persons: nobody is their own manager.
    """

    user_id: UUID
    person_ids: frozenset[UUID]


@dataclass(frozen=True)
class System:
    """Everything: for sign-in, claim links, jobs and the operator; says why."""

    reason: str


Scope = Organisation | Reseller | Holder | Team | System


def is_narrowed(scope: Scope | None) -> bool:
    """Whether it is an organisation's, narrowed to some agreements or schools."""
    return isinstance(scope, Organisation) and not scope.is_whole


@dataclass(frozen=True)
class Visibility:
    """The columns of a table by which scopes see and change its rows.

    A column that is None hides the table from that kind of scope. Who works for some schools
    sees the rows of these by `school`, with `schools_share` also those of no school; without
    such a column all the tenant's rows (`schools_read`), also to change (`schools_write`), or
    none. A manager sees rows of their people by `team`, and changes them where `team_writes`.
    `everyone_reads` opens reading (the catalogue); `everyone_appends` lets any scope
    insert (journal, outbox); `everyone_changes` is for technical rows that belong to nobody
    (counters). `append_only` rows are never changed, by nobody (journal); where `erasable`, the
    system alone may remove them. Rows that are `lasting` are changed and never removed.
    """

    organisation: str | None = "organisation_id"
    agreement: str | None = None
    school: str | None = None
    schools_share: bool = False
    schools_read: bool = False
    schools_write: bool = False
    reseller: str | None = None
    holder: str | None = None
    team: str | None = None
    team_writes: bool = False
    everyone_reads: bool = False
    everyone_appends: bool = False
    everyone_changes: bool = False
    append_only: bool = False
    erasable: bool = False
    lasting: bool = False


GLOBAL = Visibility(organisation=None, everyone_reads=True)
"""Read by all, changed by System alone: users, sessions, catalogue."""

SHARED = Visibility(
    organisation=None, everyone_reads=True, everyone_appends=True, everyone_changes=True
)
"""Read and changed by all: counters of human numbers, tokens of forms."""

SYSTEM_ONLY = Visibility(organisation=None)
"""Seen by System alone: jobs."""
