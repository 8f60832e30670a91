"""Renews an agreement by one that follows it; undone while nothing is ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from vlms.accounts.service.roles import Invitation, end_role_with_agreement, invite
from vlms.agreements.contacts import Contact
from vlms.agreements.models import Agreement, ContactKind
from vlms.agreements.queries import get_agreement
from vlms.agreements.rules.terms import AgreementTerms
from vlms.agreements.service.contacts import set_contacts, set_schools
from vlms.agreements.service.deleting import delete_agreement
from vlms.agreements.service.entering import add_agreement, may_add
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict, NotFound
from vlms.core.term import ONE_DAY, add_months, whole_months
from vlms.core.text import _
from vlms.core.work import Work
from vlms.planning.queries.renewals import find_follower, list_roles_for

_YEAR = 12


@dataclass(frozen=True)
class RenewalFacts:
    """What the new agreement is called, until when it runs, and what it takes over.

    Roles are those for the old agreement only; those for the whole organisation hold anyway.
    """

    number: str
    last_day: date
    price_level: str
    takes_reseller: bool = True
    contacts: frozenset[ContactKind] = frozenset(ContactKind)
    schools: frozenset[UUID] = frozenset()
    roles: frozenset[UUID] = frozenset()


def following_term(agreement: Agreement) -> tuple[date, date]:
    """From the day after the last, as long as the agreement was; 12 months at least."""
    first = agreement.last_day + ONE_DAY
    months = max(whole_months(agreement.first_day, agreement.last_day), _YEAR)
    return first, add_months(first, months) - ONE_DAY


def renew_agreement(work: Work, agreement_id: UUID, facts: RenewalFacts) -> Agreement:
    """Enter the agreement that follows, in one act with all that it takes over.

    Raises Conflict when another one renews it, what entering an agreement raises, BadInput
    without a notices contact (O5), NotFound for a school or role of somebody else.
    """
    may_add(work)
    old = get_agreement(work.session, agreement_id)
    if find_follower(work.session, old.id) is not None:
        raise _renewed(old)
    new = add_agreement(work, old.organisation_id, terms_of(old, facts))
    work.does("agreement.renewed")
    with refusing_doubles(work, uq_agreement_predecessor=_renewed(old)):
        new.predecessor_id = old.id
    contacts = {
        one.kind: Contact(one.name, one.email, one.language)
        for one in old.contacts
        if one.kind in facts.contacts
    }
    if contacts or old.contacts:
        set_contacts(work, new.id, contacts)
    if facts.schools:
        set_schools(work, new.id, facts.schools)
    _take_roles(work, old, new, facts.roles)
    work.flush()
    return new


def undo_renewal(work: Work, agreement_id: UUID) -> Agreement:
    """Take the agreement that follows away again, with the roles for it; gives the old one.

    Raises what deleting an agreement raises: OrderRefused (O1) once something is ordered.
    """
    old = get_agreement(work.session, agreement_id)
    new = find_follower(work.session, old.id)
    if new is None:
        raise NotFound(None, _("No agreement renews %(number)s.", number=old.number))
    for grant in list_roles_for(work.session, new):
        end_role_with_agreement(work, grant.id)
    work.flush()
    delete_agreement(work, new.id)
    return old


def terms_of(old: Agreement, facts: RenewalFacts) -> AgreementTerms:
    """The old agreement's terms from the day after its last."""
    reseller = old.reseller.slug if old.reseller and facts.takes_reseller else None
    return AgreementTerms(
        number=facts.number,
        programme=old.programme.value,
        first_day=old.last_day + ONE_DAY,
        last_day=facts.last_day,
        country=old.country,
        time_zone=old.time_zone,
        currency=old.currency,
        level_mode=old.level_mode.value,
        price_level=facts.price_level,
        reseller=reseller,
        account_manager_name=old.account_manager_name,
        account_manager_email=old.account_manager_email,
    )


def _take_roles(work: Work, old: Agreement, new: Agreement, wanted: frozenset[UUID]) -> None:
    """The same people get the same roles; each is told by mail, as of any role."""
    held = {grant.id: grant for grant in list_roles_for(work.session, old)}
    if not wanted <= set(held):
        raise NotFound(None, _("There is no such role for this agreement."))
    for key in sorted(wanted):
        grant = held[key]
        schools = frozenset({grant.school_id} if grant.school_id else ())
        user = grant.user
        invitation = Invitation(
            user.email, None, grant.role, frozenset({new.id}), school_ids=schools
        )
        invite(work, new.organisation_id, invitation)


def _renewed(old: Agreement) -> Conflict:
    return Conflict(
        None,
        _("%(number)s is renewed by another agreement already.", number=old.number),
        reason="already_renewed",
        way_out=_("Look at it; undo that renewal first, if it is not the right one."),
    )
