"""Finds the person that somebody names by address or number."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.core.errors import BadInput
from vlms.core.reading import canonical_email
from vlms.core.text import _


def named_person(
    session: Session, organisation_id: UUID, typed: str, field: str = "person"
) -> Person:
    """Raises BadInput when nobody whom the session sees has this address or number."""
    person = session.scalar(
        select(Person)
        .where(
            Person.organisation_id == organisation_id,
            or_(Person.email == canonical_email(typed), Person.number == typed.strip()),
        )
        .limit(1)
    )
    if person is None:
        raise BadInput(
            None,
            _("Nobody here has the address or number %(typed)s.", typed=typed),
            field=field,
            way_out=_("Look the person up under People, and enter the address or number."),
        )
    return person
