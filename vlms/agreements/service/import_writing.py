"""Writes the rows of a list of agreements: kind by kind, so that a flush takes all of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement, AgreementContact, ContactKind
from vlms.agreements.rules.import_row import AgreementRow, Pair
from vlms.agreements.service.entering import (
    NewAgreement,
    add_all,
    bring_holidays,
    change_terms,
    number_taken,
)
from vlms.agreements.service.import_names import Named, organisation_of, reseller_of
from vlms.core.doubles import broken_index, refusing_doubles
from vlms.core.dry_run import Change, Line, row_fault
from vlms.core.errors import BadInput, DomainError
from vlms.core.language import Language
from vlms.core.work import Work

ROW_KINDS = {
    "notices": ContactKind.NOTICES_ONLINE,
    "administrator": ContactKind.ONLINE_ADMINISTRATOR,
}
Wanted = tuple[Line[AgreementRow], AgreementRow]


def write_rows(work: Work, named: Named, rows: Sequence[Wanted]) -> list[Agreement]:
    """Enter and change what sound rows say, in their order. Raises BadInput, naming the row."""
    new = [pair for pair in rows if pair[0].change is Change.NEW]
    changed = [pair for pair in rows if pair[0].change is Change.CHANGED]
    made = _add_all(work, named, new)
    known = {agreement.number: agreement for agreement in made}
    for line, row in changed:
        known[row.terms.number] = _change(work, named, line, row)
    bring_holidays(work, [row.terms for _line, row in (*new, *changed)])
    work.does("agreement.contacts_set")
    fresh = {agreement.id for agreement in made}
    for _line, row in (*new, *changed):
        agreement = known[row.terms.number]
        _put_contacts(work, named, (agreement, agreement.id in fresh), row)
    work.flush()
    return [known.get(row.terms.number) or _held(named, row) for _line, row in rows]


def _held(named: Named, row: AgreementRow) -> Agreement:
    agreement = named.agreement(row.terms.number)
    assert agreement is not None
    return agreement


def _add_all(work: Work, named: Named, rows: Sequence[Wanted]) -> list[Agreement]:
    wanted = [_new(named, row) for _line, row in rows]
    try:
        with work.session.begin_nested():
            return add_all(work, wanted)
    except IntegrityError as error:
        if broken_index(error) != "uq_agreement_number":
            raise
    # Somebody else has one of these numbers: one by one tells which.
    return [_add(work, line, each) for (line, _row), each in zip(rows, wanted, strict=True)]


def _new(named: Named, row: AgreementRow) -> NewAgreement:
    return NewAgreement(organisation_of(named, row), row.terms, _reseller_id(named, row))


def _reseller_id(named: Named, row: AgreementRow) -> UUID | None:
    reseller = reseller_of(named, row)
    return reseller.id if reseller else None


def _add(work: Work, line: Line[AgreementRow], wanted: NewAgreement) -> Agreement:
    try:
        with refusing_doubles(work, uq_agreement_number=number_taken(wanted.terms.number)):
            return add_all(work, [wanted])[0]
    except DomainError as refusal:
        raise _of_row(line, refusal) from refusal


def _change(work: Work, named: Named, line: Line[AgreementRow], row: AgreementRow) -> Agreement:
    agreement = _held(named, row)
    try:
        change_terms(work, agreement, row.terms, _reseller_id(named, row))
    except DomainError as refusal:
        raise _of_row(line, refusal) from refusal
    return agreement


def _of_row(line: Line[AgreementRow], refusal: DomainError) -> BadInput:
    fault = row_fault(line.number, refusal)
    return BadInput(
        refusal.rule, fault.sentence, reason=refusal.reason, field="file", way_out=fault.way_out
    )


def _put_contacts(
    work: Work, named: Named, place: tuple[Agreement, bool], row: AgreementRow
) -> None:
    """The contacts that the row names; others stay. A new agreement has none to look for."""
    agreement, is_new = place
    held = {} if is_new else {contact.kind: contact for contact in agreement.contacts}
    if row.notices is None and ContactKind.NOTICES_ONLINE not in held:
        # O5: without the notices contact there are no others.
        return
    organisation: Organisation = organisation_of(named, row)
    for part, kind in ROW_KINDS.items():
        pair: Pair | None = getattr(row, part)
        if pair is None:
            continue
        contact = held.get(kind) or _contact(work, agreement, kind, organisation.language)
        contact.name, contact.email = pair


def _contact(
    work: Work, agreement: Agreement, kind: ContactKind, language: Language
) -> AgreementContact:
    contact = AgreementContact(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        reseller_id=agreement.reseller_id,
        kind=kind,
        language=language or Language.ENGLISH,
    )
    work.session.add(contact)
    return contact
