"""Whom of an organisation the rows of a monthly report name (K1, K2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.core.clock import local_day
from vlms.core.reading import canonical_email
from vlms.partners.models.links import Association
from vlms.partners.rules.report_rows import ReportRow


class Way(StrEnum):
    """By what somebody was found."""

    MCID = "mcid"
    ACCOUNT = "account"


class Known:
    """An organisation's people, read once for a whole file."""

    def __init__(self, session: Session, organisation_id: UUID) -> None:
        self._by_mcid: dict[str, UUID] = {}
        self._by_address: dict[str, UUID] = {}
        columns = select(Person.id, Person.email, Person.mcid).where(
            Person.organisation_id == organisation_id, Person.erased_at.is_(None)
        )
        for person_id, email, mcid in session.execute(columns):
            if email:
                self._by_address[email] = person_id
            if mcid:
                self._by_mcid[mcid] = person_id
        # What was proved counts before what a directory says.
        links = select(Association.mcid, Association.person_id).where(
            Association.organisation_id == organisation_id,
            Association.ended_at.is_(None),
        )
        for mcid, person_id in session.execute(links):
            if mcid:
                self._by_mcid[mcid] = person_id

    def find(self, row: ReportRow) -> tuple[UUID, Way] | None:
        """By the MCID, else by the work account, else by the other address."""
        if row.mcid and (found := self._by_mcid.get(row.mcid)):
            return found, Way.MCID
        for account in row.accounts:
            if found := self._by_address.get(canonical_email(account)):
                return found, Way.ACCOUNT
        return None


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
