"""Checks who may become whose manager."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Organisation, Person
from vlms.accounts.queries import get_organisation, get_person
from vlms.accounts.rules.managers import closes_circle
from vlms.core.errors import BadInput, NotFound
from vlms.core.text import _
from vlms.core.work import Work


def lock_directory(work: Work, organisation_id: UUID) -> Organisation:
    """Let no other import, and no other choice of a manager, come between. Raises NotFound."""
    held = select(Organisation.id).where(Organisation.id == organisation_id)
    work.session.execute(held.with_for_update(key_share=True))
    return get_organisation(work.session, organisation_id)


def hold_people(work: Work, person_ids: Collection[UUID]) -> None:
    """Let nobody else change these before this work is done; what was read before is read anew.

    So an edit that read somebody before they were erased writes nothing afterwards (D1).
    """
    held = select(Person).where(Person.id.in_(sorted(person_ids))).order_by(Person.id)
    alone = held.with_for_update(key_share=True, of=Person)
    work.session.scalars(alone, execution_options={"populate_existing": True}).all()


def check_manager(work: Work, person: Person, manager_id: UUID | None) -> None:
    """Raises NotFound for somebody of another organisation, BadInput for a circle."""
    if manager_id is None or manager_id == person.manager_id:
        return
    lock_directory(work, person.organisation_id)
    manager = get_person(work.session, manager_id)
    if manager.erased_at is not None:
        raise NotFound("D1", _("This person was erased, for good."))
    chain: dict[UUID, UUID | None] = {}
    above: Person | None = manager
    while above is not None and above.id not in chain:
        chain[above.id] = above.manager_id
        above = None if above.manager_id is None else work.session.get(Person, above.manager_id)
    if manager.organisation_id != person.organisation_id or closes_circle(
        person.id, manager_id, chain
    ):
        raise circle(manager.name)


def circle(name: str) -> BadInput:
    return BadInput(
        None,
        _("%(person)s cannot be the manager: this person stands above them.", person=name),
        reason="circle",
        field="manager",
        way_out=_("Choose another manager, or change theirs first."),
    )
