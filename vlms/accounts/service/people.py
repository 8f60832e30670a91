"""Keeps the directory of an organisation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from vlms.accounts.errors import AlreadyThere
from vlms.accounts.events import AddressCorrected, PresenceChanged
from vlms.accounts.links import end_person_links
from vlms.accounts.models import Person
from vlms.accounts.queries import get_person, get_school
from vlms.accounts.service.limits import require_school_chosen, require_school_of
from vlms.accounts.service.managing import check_manager, hold_people
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput, Conflict
from vlms.core.language import Language
from vlms.core.reading import search_key
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class PersonFacts:
    """What is known of a person, beside the address."""

    name: str
    latin_name: str | None = None
    number: str | None = None
    department: str | None = None
    language: Language = Language.ENGLISH
    school_id: UUID | None = None
    manager_id: UUID | None = None
    mcid: str | None = None


def create_person(
    work: Work, organisation_id: UUID, facts: PersonFacts, email: str | None = None
) -> Person:
    """Raises AlreadyThere when the address or number belongs to somebody else there; BadInput."""
    require_school_chosen(work, facts.school_id)
    person = Person(organisation_id=organisation_id, email=email, created_at=work.now)
    with work.session.no_autoflush:
        _write(work, person, facts)
    with _only_once(work):
        work.session.add(person)
    return person


def edit_person(work: Work, person_id: UUID, facts: PersonFacts) -> Person:
    """Raises NotFound, AlreadyThere, BadInput; Forbidden for a person of another school;
    Conflict for one who was erased (D1), here and below."""
    person = _own_person(work, person_id)
    require_school_chosen(work, facts.school_id)
    with _only_once(work):
        _write(work, person, facts)
    return person


def correct_address(work: Work, person_id: UUID, email: str, reason: str) -> Person:
    """C2: the same person under the right address; links sent to the old one end.

    Name, number and codes stay. Raises NotFound, AlreadyThere, and BadInput when nothing
    would change; Forbidden for a person of another school.
    """
    person = _own_person(work, person_id)
    if person.email == email:
        raise BadInput(
            "C2",
            _("This is the address that the person has."),
            field="email",
            way_out=_("Enter the right one, or leave it as it is."),
        )
    work.does("person.address_corrected", reason)
    with _only_once(work):
        person.email = email
    end_person_links(work, person.id)
    work.events.append(AddressCorrected(person.id))
    return person


def mark_leaver(work: Work, person_id: UUID) -> Person:
    """Their codes stay theirs (C2). Raises NotFound, Forbidden."""
    person = _own_person(work, person_id)
    work.does("person.left")
    person.left_at = person.left_at or work.now
    work.events.append(PresenceChanged(person.organisation_id))
    return person


def mark_leavers(work: Work, person_ids: Collection[UUID]) -> Sequence[Person]:
    """All of them in one act. Raises NotFound, Forbidden; then none is marked."""
    return [mark_leaver(work, person_id) for person_id in sorted(person_ids)]


def take_back_leaver(work: Work, person_id: UUID) -> Person:
    """They are here again, or never left. Raises NotFound, Forbidden."""
    person = _own_person(work, person_id)
    work.does("person.returned")
    person.left_at = None
    work.events.append(PresenceChanged(person.organisation_id))
    return person


def name_key(name: str, latin_name: str | None) -> str:
    """Both names as they are looked up."""
    return search_key(name, latin_name)[:400]


def _own_person(work: Work, person_id: UUID) -> Person:
    hold_people(work, [person_id])
    person = get_person(work.session, person_id)
    require_school_of(work, person.school_id)
    refuse_erased(person)
    return person


def refuse_erased(person: Person) -> None:
    """D1: nothing is written any more of whom was erased. Raises Conflict."""
    if person.erased_at is not None:
        raise Conflict(
            "D1",
            _("This person was erased, for good."),
            reason="person_erased",
            way_out=_("Somebody who comes again is added as a new person."),
        )


def _write(work: Work, person: Person, facts: PersonFacts) -> None:
    if facts.school_id is not None:
        get_school(work.session, person.organisation_id, facts.school_id)
    check_manager(work, person, facts.manager_id)
    person.name = facts.name
    person.latin_name = facts.latin_name
    person.search_name = name_key(facts.name, facts.latin_name)
    person.number = facts.number
    person.department = facts.department
    person.language = facts.language
    person.school_id = facts.school_id
    person.manager_id = facts.manager_id
    person.mcid = facts.mcid


def _only_once(work: Work) -> AbstractContextManager[None]:
    return refusing_doubles(
        work,
        uq_person_email=AlreadyThere(
            None,
            _("Another person of this organisation has this address."),
            field="email",
            way_out=_("Search for the address: the person may be there already."),
        ),
        uq_person_number=AlreadyThere(
            None,
            _("Another person of this organisation has this number."),
            field="number",
            way_out=_("Search for the number: the person may be there already."),
        ),
    )
