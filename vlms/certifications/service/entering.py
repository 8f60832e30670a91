"""Enters what somebody has passed or earned, named by its key (R1)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from vlms.accounts.models import Person
from vlms.accounts.queries import get_person_named
from vlms.catalog.models import Certification
from vlms.certifications.models import PassSource
from vlms.certifications.service.earning import hold, record_pass
from vlms.core.errors import BadInput, DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.core.work import Work

EXAM, CERTIFICATION = "exam", "certification"


def enter(work: Work, organisation_id: UUID, who: str, what: tuple[str, str], day: date) -> Person:
    """A passed exam or an earned certification of a person; `what` is its kind and key.

    Raises Forbidden, BadInput, Conflict, NotFound.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    person = _person(work, organisation_id, who)
    kind, key = what
    if kind == EXAM:
        record_pass(work, person, key, day, PassSource.ENTRY)
        return person
    found = work.session.get(Certification, key)
    if found is None:
        raise NotFound("R1", _("There is no certification %(name)s.", name=shown(key)))
    hold(work, person, found, day, PassSource.ENTRY)
    return person


def _person(work: Work, organisation_id: UUID, who: str) -> Person:
    """A name that is mistyped is told beside its field."""
    try:
        return get_person_named(work.session, organisation_id, who)
    except DomainError as refusal:
        raise BadInput(
            None, refusal.sentence, field="who", way_out=_("Look the person up in the directory.")
        ) from refusal
