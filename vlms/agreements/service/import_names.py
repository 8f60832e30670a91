"""What the rows of a list name, read a thousand rows at a time and not row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, OrganisationKind
from vlms.agreements.import_columns import ALL_LABELS
from vlms.agreements.models import Agreement
from vlms.agreements.queries import whole_agreements
from vlms.agreements.rules.import_row import AgreementRow
from vlms.core.errors import BadInput
from vlms.core.text import _

_AT_ONCE = 1_000
_BUYERS = (OrganisationKind.CUSTOMER, OrganisationKind.ACADEMIC)


class Named:
    """The organisations and agreements that a list's rows name, as the session sees them.

    `own` is the only organisation that the list may concern, if there is one.
    """

    def __init__(self, session: Session, rows: Sequence[AgreementRow], own_id: UUID | None) -> None:
        self.own = session.get_one(Organisation, own_id) if own_id else None
        self._organisations: dict[str, set[Organisation]] = defaultdict(set)
        names = {name for row in rows for name in (row.organisation, row.terms.reseller) if name}
        for some in _groups(names):
            self._read_organisations(session, some)
        self._agreements: dict[str, Agreement] = {}
        for some in _groups({row.terms.number for row in rows}):
            fitting = whole_agreements().where(Agreement.number.in_(some))
            self._agreements |= {one.number: one for one in session.scalars(fitting)}

    def _read_organisations(self, session: Session, names: list[str]) -> None:
        called = or_(Organisation.slug.in_(names), Organisation.name.in_(names))
        for one in session.scalars(select(Organisation).where(called)):
            self._organisations[one.slug].add(one)
            self._organisations[one.name].add(one)

    def organisation(self, name: str, kinds: tuple[OrganisationKind, ...]) -> Organisation | None:
        """The one organisation of these kinds with this address name or name."""
        found = [one for one in self._organisations.get(name, ()) if one.kind in kinds]
        return found[0] if len(found) == 1 else None

    def agreement(self, number: str) -> Agreement | None:
        return self._agreements.get(number)


def organisation_of(named: Named, row: AgreementRow) -> Organisation:
    """Whose agreement a row is. Raises BadInput."""
    own = named.own
    if own is not None:
        if row.organisation not in (None, own.slug, own.name):
            raise _unknown(row.organisation or "", "organisation")
        return own
    if row.organisation is None:
        raise BadInput(
            None,
            _("%(field)s is missing.", field=ALL_LABELS["organisation"]),
            field="organisation",
            way_out=_("Enter it."),
        )
    return _one_named(named, row.organisation, _BUYERS, "organisation")


def _one_named(
    named: Named, name: str, kinds: tuple[OrganisationKind, ...], field: str
) -> Organisation:
    """The one organisation of these kinds with this address name or name. Raises BadInput."""
    found = named.organisation(name, kinds)
    if found is None:
        raise _unknown(name, field)
    return found


def _unknown(name: str, field: str) -> BadInput:
    return BadInput(
        None,
        _(
            '%(field)s: there is none called "%(name)s", or you may not enter its agreements.',
            field=ALL_LABELS[field],
            name=name[:60],
        ),
        reason="unknown",
        field=field,
        way_out=_("Use its name as it stands in this system."),
    )


def reseller_of(named: Named, row: AgreementRow) -> Organisation | None:
    """The reseller that a row names, if it names one. Raises BadInput for an unknown one."""
    if row.terms.reseller is None:
        return None
    return _one_named(named, row.terms.reseller, (OrganisationKind.RESELLER,), "reseller")


def _groups(names: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(sorted(names))
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
