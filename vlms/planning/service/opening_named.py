"""What rows of a moving-in name: products and people, here or in the same workbook."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.import_queries import list_held_people
from vlms.accounts.service.people_import import PeoplePlan
from vlms.core.errors import BadInput
from vlms.core.reading import canonical_email
from vlms.core.text import _
from vlms.exports.mapping import fold
from vlms.planning.rules.opening_facts import ProductFacts


def product_named(products: Mapping[str, ProductFacts], name: str) -> ProductFacts:
    """By its key or one of its names. Raises BadInput."""
    found = products.get(fold(name))
    if found is None:
        raise BadInput(
            None,
            _("There is no product “%(name)s”.", name=name[:60]),
            field="product",
            way_out=_("Write its key or its name as in the catalogue."),
        )
    return found


class Directory:
    """The people of the organisation and of the workbook, by number and by address."""

    def __init__(self, session: Session, organisation_id: UUID, plan: PeoplePlan | None) -> None:
        self._known: dict[str, UUID] = {}
        for person in list_held_people(session, organisation_id):
            self._keep(person.id, person.number, person.email)
        for one in plan.comparison.rows if plan is not None else ():
            if one.row is not None and one.person_id is not None:
                self._keep(one.person_id, one.row.number, one.row.email)

    def _keep(self, person_id: UUID, *names: str | None) -> None:
        for name in names:
            if name is not None:
                self._known[name] = person_id

    def person(self, name: str) -> UUID:
        """Who has that number or address. Raises BadInput."""
        found = self._known.get(canonical_email(name) if "@" in name else name)
        if found is None:
            raise BadInput(
                "C2",
                _("Nobody has the number or address “%(name)s”.", name=name[:60]),
                field="holder",
                way_out=_("List the person on the sheet of people, or correct the row."),
            )
        return found
