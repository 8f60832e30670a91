"""Tells all that is held on a person, as a file of JSON; each time stands in the journal (D2)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from vlms.accounts.queries import get_person, get_user
from vlms.audit.service import journal
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.core.work import Work
from vlms.privacy.queries.concerned import (
    concerning_person,
    concerning_user,
    with_certain_addresses,
)
from vlms.privacy.queries.held import Rows, list_held, of_organisation
from vlms.privacy.service.deciding import require_whole

FORM = "vlms-held-on-a-person-1"
TELLING = System("what is held on a person")


@dataclass(frozen=True)
class Held:
    """Rows by table, and when they were read."""

    tables: Mapping[str, Rows]
    read_at: datetime

    @property
    def counts(self) -> Counter[str]:
        return Counter({name: len(rows) for name, rows in self.tables.items()})

    def written(self) -> bytes:
        """The file."""
        said = {"form": FORM, "read_at": self.read_at, "tables": self.tables}
        return json.dumps(said, ensure_ascii=False, indent=1, default=_plain).encode()


def held_on_person(person_id: UUID, now: datetime) -> Held:
    """What the person's organisation holds on them; nothing of another, and no sign-in."""
    with reading(TELLING) as session:
        who = of_organisation(concerning_person(session, get_person(session, person_id)))
        return Held(list_held(session, with_certain_addresses(session, who)), now)


def held_on_user(user_id: UUID, now: datetime) -> Held:
    """What is held on a user, wherever that is: for that user alone, or the operator."""
    with reading(TELLING) as session:
        who = concerning_user(session, get_user(session, user_id))
        return Held(list_held(session, with_certain_addresses(session, who)), now)


def tell_person(work: Work, person_id: UUID) -> Held:
    """D2: for an admin of the whole organisation. Raises NotFound, Forbidden."""
    require_whole(work.actor, work.session.info["scope"])
    person = get_person(work.session, person_id)
    held = held_on_person(person.id, work.now)
    record = ("person", person.id, person.organisation_id)
    journal(work, "person.told", record, after={"count": held.counts.total()})
    return held


def tell_user(work: Work, user_id: UUID) -> Held:
    """D2: for the user, or the operator. Raises NotFound."""
    held = held_on_user(get_user(work.session, user_id).id, work.now)
    journal(work, "user.told", ("user", user_id, None), after={"count": held.counts.total()})
    return held


def _plain(value: object) -> str:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Enum():
            return str(value.value)
    return str(value)
