"""Whom of an organisation the rows of a monthly report name (K1, K2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.accounts.rules.mcid import only_one
from vlms.core.clock import local_day
from vlms.core.reading import canonical_email
from vlms.partners.models.links import Association

_MARKS = (Person.email, Person.mcid, Person.left_at)


class Way(StrEnum):
    """By what somebody was found."""

    MCID = "mcid"
    ACCOUNT = "account"
    NAME = "name"


class Known:
    """An organisation's people, read once for a whole file."""

    def __init__(self, session: Session, organisation_id: UUID) -> None:
        self._by_address: dict[str, UUID] = {}
        told: dict[str, list[tuple[UUID, bool]]] = defaultdict(list)
        named: dict[str, list[tuple[UUID, bool]]] = defaultdict(list)
        columns = (
            select(Person.id, Person.name, Person.latin_name, *_MARKS)
            .where(Person.organisation_id == organisation_id, Person.erased_at.is_(None))
            .order_by(Person.id)
        )
        for person_id, name, latin_name, email, mcid, left_at in session.execute(columns):
            for word in {_folded(name), _folded(latin_name or name)}:
                named[word].append((person_id, left_at is None))
            if email:
                self._by_address[email] = person_id
            if mcid:
                told[mcid].append((person_id, left_at is None))
        found = {mcid: only_one(people) for mcid, people in told.items()}
        self._by_mcid = {mcid: person_id for mcid, person_id in found.items() if person_id}
        self._by_name = {name: only_one(people) for name, people in named.items()}
        # What was proved counts before what a directory says.
        links = select(Association.mcid, Association.person_id).where(
            Association.organisation_id == organisation_id,
            Association.ended_at.is_(None),
        )
        for mcid, person_id in session.execute(links):
            if mcid:
                self._by_mcid[mcid] = person_id
        self._shared = told.keys() - self._by_mcid.keys()

    def find(self, mcid: str | None, accounts: Iterable[str]) -> tuple[UUID, Way] | None:
        """By the MCID, else by the work account, else by the other address."""
        if mcid and (found := self._by_mcid.get(mcid)):
            return found, Way.MCID
        for account in accounts:
            if found := self._by_address.get(canonical_email(account)):
                return found, Way.ACCOUNT
        return None

    def find_named(self, name: str | None) -> tuple[UUID, Way] | None:
        """Who alone has a name here, for a row that says nothing else."""
        found = self._by_name.get(_folded(name)) if name else None
        return (found, Way.NAME) if found else None

    def is_shared(self, mcid: str | None) -> bool:
        """Whether several people have it in the directory, and nobody has proved it."""
        return mcid in self._shared


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def list_waiting(
    session: Session, organisation_id: UUID, mcids: Iterable[str], month: date, zone: str
) -> frozenset[str]:
    """Those of these MCIDs whose links a report of this month shows for the first time (K2).

    A report of a month before the link's start shows nothing of it.
    """
    shown = frozenset(mcids)
    waiting = select(Association.mcid, Association.started_at).where(
        Association.organisation_id == organisation_id,
        Association.ended_at.is_(None),
        Association.seen_at.is_(None),
        Association.mcid.is_not(None),
    )
    return frozenset(
        mcid
        for mcid, started_at in session.execute(waiting)
        if mcid in shown and local_day(started_at, zone).replace(day=1) <= month
    )
