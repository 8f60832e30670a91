"""Imports a list of agreements: first what every row would do, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, OrganisationKind
from vlms.agreements.contacts import Contact, find_contact
from vlms.agreements.import_columns import ALL_LABELS, FIELDS
from vlms.agreements.models import Agreement, ContactKind, Programme
from vlms.agreements.queries import find_agreement
from vlms.agreements.rules.import_row import AgreementRow, Pair, read_agreement_row
from vlms.agreements.rules.terms import LABELS
from vlms.agreements.service.contacts import set_contacts
from vlms.agreements.service.entering import add_agreement, edit_agreement, may_add
from vlms.catalog.models import PriceLevel
from vlms.catalog.price_columns import typed
from vlms.core.dry_run import Change, Difference, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput, DomainError
from vlms.core.language import Language
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.mapping import check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Sheet

_BUYERS = (OrganisationKind.CUSTOMER, OrganisationKind.ACADEMIC)
_ROW_KINDS = {
    "notices": ContactKind.NOTICES_ONLINE,
    "administrator": ContactKind.ONLINE_ADMINISTRATOR,
}


def examine_agreements(session: Session, sheet: Sheet, own_id: UUID | None) -> DryRun[AgreementRow]:
    """What an import of the sheet would do; `own_id` is the only organisation it may concern.

    Raises BadInput when a column is missing.
    """
    mapping = guess_mapping(FIELDS, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    lines: list[Line[AgreementRow]] = []
    numbers: dict[str, int] = {}
    for row in sheet.rows:
        text = {name: typed(value_in(row, mapping, name)) for name in ALL_LABELS}
        first = numbers.setdefault(text["number"], row.number)
        lines.append(_line(session, row.number, text, (own_id, first)))
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    return DryRun(tuple(ALL_LABELS.values()), lines, problems)


def import_agreements(work: Work, sheet: Sheet, own_id: UUID | None) -> list[Agreement]:
    """Write all rows in this transaction.

    Raises BadInput, and writes nothing, while any row or the file itself is wrong.
    """
    may_add(work)
    run = examine_agreements(work.session, sheet, own_id)
    run.require_sound()
    written = []
    for line in run.lines:
        assert line.facts is not None
        try:
            written.append(_write(work, line.facts, own_id))
        except DomainError as refusal:
            fault = row_fault(line.number, refusal)
            raise BadInput(
                refusal.rule,
                fault.sentence,
                reason=refusal.reason,
                field="file",
                way_out=fault.way_out,
            ) from refusal
    return written


def _line(
    session: Session, number: int, text: Mapping[str, str], place: tuple[UUID | None, int]
) -> Line[AgreementRow]:
    own_id, first = place
    row, refusals = read_agreement_row(text, list(Programme), list(PriceLevel))
    shown = tuple(text.values())
    held = None
    if row is not None:
        try:
            held = _check(session, row, own_id)
        except DomainError as refusal:
            refusals.append(refusal)
        if first != number:
            refusals.append(_double(first))
    if row is None or refusals:
        faults = tuple(row_fault(number, refusal) for refusal in refusals)
        return Line(number, Change.WRONG, shown, faults=faults)
    differences = tuple(_differences(held, row)) if held is not None else ()
    change = Change.NEW if held is None else Change.CHANGED if differences else Change.SAME
    return Line(number, change, shown, row, differences)


def _double(first: int) -> BadInput:
    return BadInput(
        None,
        _("The same agreement stands in row %(other)s already.", other=first),
        reason="double",
        field="number",
        way_out=_("Remove one of the two rows."),
    )


def _check(session: Session, row: AgreementRow, own_id: UUID | None) -> Agreement | None:
    """The agreement that the row would change, if any. Raises BadInput."""
    organisation = _organisation(session, row, own_id)
    if Programme(row.terms.programme).is_academic and (
        organisation.kind is not OrganisationKind.ACADEMIC
    ):
        raise BadInput(
            "A1",
            _("%(programme)s is for academic institutions only.", programme=row.terms.programme),
            field="programme",
            way_out=_("Choose a commercial programme."),
        )
    if row.terms.reseller is not None:
        _named(session, row.terms.reseller, (OrganisationKind.RESELLER,), "reseller")
    held = find_agreement(session, row.terms.number)
    if held is not None and held.organisation_id != organisation.id:
        raise BadInput(
            None,
            _("This agreement belongs to another organisation."),
            field="organisation",
            way_out=_("Check the number and the organisation."),
        )
    return held


def _organisation(session: Session, row: AgreementRow, own_id: UUID | None) -> Organisation:
    if own_id is not None:
        own = session.get_one(Organisation, own_id)
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
    return _named(session, row.organisation, _BUYERS, "organisation")


def _named(
    session: Session, name: str, kinds: tuple[OrganisationKind, ...], field: str
) -> Organisation:
    """The one organisation of these kinds with this address name or name."""
    found = session.scalars(
        select(Organisation)
        .where(or_(Organisation.slug == name, Organisation.name == name))
        .where(Organisation.kind.in_(kinds))
        .limit(2)
    ).all()
    if len(found) != 1:
        raise _unknown(name, field)
    return found[0]


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


def _differences(held: Agreement, row: AgreementRow) -> Iterable[Difference]:
    for name, label in LABELS.items():
        if name == "reseller":
            before = held.reseller.name if held.reseller else ""
            slugs = {held.reseller.slug, held.reseller.name} if held.reseller else {None}
            if row.terms.reseller not in slugs:
                yield Difference(label, before or "–", row.terms.reseller or "–")
        elif getattr(held, name) != getattr(row.terms, name):
            yield Difference(label, str(getattr(held, name)), str(getattr(row.terms, name)))
    for part, kind in _ROW_KINDS.items():
        pair: Pair | None = getattr(row, part)
        contact = find_contact(held, kind)
        before = f"{contact.name} <{contact.email}>" if contact else "–"
        if pair is not None and before != f"{pair[0]} <{pair[1]}>":
            yield Difference(ALL_LABELS[f"{part}_name"], before, f"{pair[0]} <{pair[1]}>")


def _write(work: Work, row: AgreementRow, own_id: UUID | None) -> Agreement:
    organisation = _organisation(work.session, row, own_id)
    terms = row.terms
    if terms.reseller is not None:
        reseller = _named(work.session, terms.reseller, (OrganisationKind.RESELLER,), "reseller")
        terms = replace(terms, reseller=reseller.slug)
    held = find_agreement(work.session, terms.number)
    if held is None:
        agreement = add_agreement(work, organisation.id, terms)
    else:
        agreement = edit_agreement(work, held.id, terms)
    contacts = {c.kind: Contact(c.name, c.email, c.language) for c in agreement.contacts}
    for part, kind in _ROW_KINDS.items():
        pair: Pair | None = getattr(row, part)
        if pair is not None:
            language = contacts[kind].language if kind in contacts else organisation.language
            contacts[kind] = Contact(*pair, language or Language.ENGLISH)
    if ContactKind.NOTICES_ONLINE in contacts:
        set_contacts(work, agreement.id, contacts)
    return agreement
