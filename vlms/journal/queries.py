"""Finds entries of the journal: by person, record, action and time, newest first.

Each way has an index of its own that ends with the time, so that a page of a large journal
costs as much as one of a small one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from vlms.accounts.models import Organisation, Person, User
from vlms.audit.models import AuditEntry, AuditHead, SignedHead
from vlms.audit.rules.chain import NOBODYS
from vlms.core.errors import BadInput, NotFound
from vlms.core.paging import Listing, Page, count_rows
from vlms.core.text import _

# So many of one name are looked for; who types less of a name finds too many to tell apart.
NAMESAKES = 50
_PLACE = "~"


@dataclass(frozen=True)
class EntryFilter:
    """Which entries a list shows; times from `since` on and before `until`.

    `person` is of a name or an address: what they did, and what was done to their record.
    `by` are entries of one user alone. `chain_id` narrows a System scope to one chain.
    """

    person: str | None = None
    action: str | None = None
    record_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    by: UUID | None = None
    chain_id: UUID | None = None


def search_entries(session: Session, wanted: EntryFilter, listing: Listing) -> Page[AuditEntry]:
    """A page of the entries that the scope sees and the filter leaves, newest first.

    Raises BadInput for a part of a name that too many have.
    """
    statement = select(AuditEntry).where(*_conditions(session, wanted))
    counted = count_rows(session, statement.with_only_columns(AuditEntry.sequence))
    place = _read_place(listing.after)
    rows = session.scalars(_ordered(statement, place).limit(listing.size + 1)).all()
    shown = rows[: listing.size]
    is_last = len(rows) <= listing.size
    return Page(shown, counted, listing, None if is_last else _place_of(shown[-1]))


def _conditions(session: Session, wanted: EntryFilter) -> list[ColumnElement[bool]]:
    asked = (
        (AuditEntry.action, wanted.action),
        (AuditEntry.record_id, wanted.record_id),
        (AuditEntry.actor_id, wanted.by),
    )
    found = [column == value for column, value in asked if value is not None]
    if wanted.chain_id is not None:
        found.append(_of_chain(wanted.chain_id))
    if wanted.person is not None:
        found.append(_about(session, wanted.person))
    if wanted.since is not None:
        found.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEntry.at < wanted.until)
    return found


def _of_chain(chain_id: UUID) -> ColumnElement[bool]:
    if chain_id == NOBODYS:
        return AuditEntry.organisation_id.is_(None)
    return AuditEntry.organisation_id == chain_id


def _about(session: Session, words: str) -> ColumnElement[bool]:
    """Entries by users, or on persons or users, of this name or address.

    Users are everybody's: only those are counted whom entries here tell of. Raises BadInput
    for more than can be told apart, rather than leave some out.
    """
    user_ids, person_ids = (
        session.scalars(
            select(model.id)
            .where(
                or_(model.name.icontains(words, autoescape=True), model.email == words.lower()),
                or_(*(_is_told(column, model) for column in columns)),
            )
            .limit(NAMESAKES + 1)
        ).all()
        for model, columns in (
            (User, (AuditEntry.actor_id, AuditEntry.record_id)),
            (Person, (AuditEntry.record_id,)),
        )
    )
    if max(len(user_ids), len(person_ids)) > NAMESAKES:
        raise BadInput(
            None,
            _("More than %(count)s people here have this in their name.", count=NAMESAKES),
            field="person",
            reason="too_many_namesakes",
            way_out=_("Type more of the name, or the whole address."),
        )
    return or_(
        AuditEntry.actor_id.in_(user_ids), AuditEntry.record_id.in_([*user_ids, *person_ids])
    )


def _is_told(column: InstrumentedAttribute[Any], model: type[User | Person]) -> ColumnElement[bool]:
    return select(AuditEntry.sequence).where(column == model.id).exists()


def _ordered(
    statement: Select[AuditEntry], place: tuple[datetime, int] | None
) -> Select[AuditEntry]:
    ordered = statement.order_by(AuditEntry.at.desc(), AuditEntry.sequence.desc())
    if place is None:
        return ordered
    at, sequence = place
    # The first condition is a range of the index; an OR alone would be none.
    earlier = and_(AuditEntry.at == at, AuditEntry.sequence < sequence)
    return ordered.where(AuditEntry.at <= at, or_(AuditEntry.at < at, earlier))


def _place_of(entry: AuditEntry) -> str:
    return f"{entry.at.isoformat()}{_PLACE}{entry.sequence}"


def _read_place(after: str | None) -> tuple[datetime, int] | None:
    """The place in an address, which anybody may have written; a broken one is the first page."""
    at, _tilde, sequence = (after or "").partition(_PLACE)
    try:
        found = datetime.fromisoformat(at), int(sequence)
    except ValueError:
        return None
    return found if found[0].tzinfo and 0 <= found[1] < 2**62 else None


@dataclass(frozen=True)
class ChainStanding:
    """How long a chain is, and up to where and when it was last signed."""

    count: int
    signed: SignedHead | None


def find_standing(session: Session, chain_id: UUID) -> ChainStanding:
    head = session.get(AuditHead, chain_id)
    last = (
        select(SignedHead)
        .where(SignedHead.chain_id == chain_id)
        .order_by(SignedHead.position.desc())
        .limit(1)
    )
    return ChainStanding(head.position if head else 0, session.scalar(last))


def get_chain(session: Session, slug: str | None) -> tuple[UUID, str]:
    """A chain by its organisation's name in addresses; without one, that of no organisation's."""
    if slug is None:
        return NOBODYS, ""
    found = session.execute(
        select(Organisation.id, Organisation.slug).where(Organisation.slug == slug)
    ).one_or_none()
    if found is None:
        raise NotFound(None, _("There is no such organisation."))
    return found[0], found[1]
