"""An agreement's contacts and schools."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.queries import list_schools
from vlms.agreements.contacts import Contact
from vlms.agreements.models import Agreement, AgreementContact, AgreementSchool, ContactKind
from vlms.agreements.queries import get_agreement
from vlms.agreements.service.conditions import require_editor
from vlms.audit.service import journal
from vlms.core.errors import BadInput, NotFound
from vlms.core.language import Language
from vlms.core.text import _
from vlms.core.work import Work


def set_contacts(
    work: Work, agreement_id: UUID, contacts: Mapping[ContactKind, Contact]
) -> Agreement:
    """Make these the agreement's contacts: kinds that are not named have none.

    Raises NotFound, Forbidden, and BadInput without a notices contact (O5).
    """
    require_editor(work.actor)
    agreement = get_agreement(work.session, agreement_id)
    if ContactKind.NOTICES_ONLINE not in contacts:
        raise BadInput(
            "O5",
            _("The notices and online contact is missing."),
            reason="missing",
            field="notices_online_name",
            way_out=_("Messages about orders go there; enter a name and an address."),
        )
    work.does("agreement.contacts_set")
    held = {contact.kind: contact for contact in agreement.contacts}
    for kind, old in held.items():
        if kind not in contacts:
            work.session.delete(old)
    for kind, contact in contacts.items():
        _put(work, agreement, (kind, contact), held.get(kind))
    work.flush()
    work.session.expire(agreement, ["contacts"])
    return agreement


def _put(
    work: Work,
    agreement: Agreement,
    wanted: tuple[ContactKind, Contact],
    held: AgreementContact | None,
) -> None:
    kind, contact = wanted
    row = held or AgreementContact(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        reseller_id=agreement.reseller_id,
        kind=kind,
    )
    row.name, row.email = contact.name, contact.email
    row.language = contact.language or Language.ENGLISH
    if held is None:
        work.session.add(row)


def set_schools(work: Work, agreement_id: UUID, school_ids: Collection[UUID]) -> Agreement:
    """Which schools the agreement covers. Raises NotFound for a school of somebody else."""
    require_editor(work.actor)
    agreement = get_agreement(work.session, agreement_id)
    names = {s.id: s.name for s in list_schools(work.session, agreement.organisation_id)}
    if not set(school_ids) <= set(names):
        raise NotFound(None, _("There is no such school in this organisation."))
    work.does("agreement.schools_set")
    rows = work.session.scalars(
        select(AgreementSchool).where(AgreementSchool.agreement_id == agreement.id)
    ).all()
    held = {row.school_id for row in rows}
    for row in rows:
        if row.school_id not in school_ids:
            work.session.delete(row)
    for school_id in set(school_ids) - held:
        work.session.add(
            AgreementSchool(
                agreement_id=agreement.id,
                school_id=school_id,
                organisation_id=agreement.organisation_id,
            )
        )
    if held != set(school_ids):
        _tell(work, agreement, [names[i] for i in held], [names[i] for i in school_ids])
    work.flush()
    work.session.expire(agreement, ["schools"])
    return agreement


def _tell(work: Work, agreement: Agreement, before: list[str], after: list[str]) -> None:
    journal(
        work,
        work.action,
        ("agreement", agreement.id, agreement.organisation_id),
        before={"schools": ", ".join(sorted(before))},
        after={"schools": ", ".join(sorted(after))},
    )
