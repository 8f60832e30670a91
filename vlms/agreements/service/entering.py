"""Enters an agreement and changes its terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from vlms.accounts.models import Organisation, OrganisationKind
from vlms.accounts.queries import find_organisation, get_organisation
from vlms.agreements.events import TermsChanged
from vlms.agreements.models import Agreement, LevelMode, Programme
from vlms.agreements.queries import get_agreement
from vlms.agreements.rules.terms import FIXED_BY_ORDERS, AgreementTerms, check_term
from vlms.agreements.service.conditions import require_editor, require_whole
from vlms.catalog.models import PriceLevel
from vlms.catalog.service.holidays import fill_holidays
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.core.work import Work

_BUYERS = (OrganisationKind.CUSTOMER, OrganisationKind.ACADEMIC)


@dataclass(frozen=True)
class NewAgreement:
    """An agreement to enter; its reseller, where there is one, is known by key."""

    organisation: Organisation
    terms: AgreementTerms
    reseller_id: UUID | None


def add_agreement(work: Work, organisation_id: UUID, terms: AgreementTerms) -> Agreement:
    """Enter an agreement of an organisation; its country's holidays come with it.

    Raises BadInput for terms that cannot be, Forbidden for who may not enter agreements.
    """
    may_add(work)
    organisation = get_organisation(work.session, organisation_id)
    check_terms(organisation, terms)
    reseller_id = find_reseller_id(work, terms.reseller)
    with refusing_doubles(work, uq_agreement_number=number_taken(terms.number)):
        (agreement,) = add_all(work, [NewAgreement(organisation, terms, reseller_id)])
    bring_holidays(work, [terms])
    return agreement


def add_all(work: Work, wanted: Sequence[NewAgreement]) -> list[Agreement]:
    """Enter agreements whose terms were checked, all at once; without their holidays.

    Raises IntegrityError where a number is taken, whosever it is.
    """
    work.does("agreement.added")
    made = [
        Agreement(
            organisation_id=each.organisation.id,
            created_at=work.now,
            **_columns(each.terms, each.reseller_id),
        )
        for each in wanted
    ]
    work.session.add_all(made)
    work.flush()
    return made


def may_add(work: Work) -> None:
    """Raises Forbidden; whose role is for single agreements only cannot enter others."""
    require_editor(work.actor)
    require_whole(work.session)


def edit_agreement(work: Work, agreement_id: UUID, terms: AgreementTerms) -> Agreement:
    """Change an agreement's terms.

    Raises NotFound, Forbidden, and BadInput for terms that cannot be; what orders were
    reckoned with is told as an event that may be refused.
    """
    require_editor(work.actor)
    agreement = get_agreement(work.session, agreement_id)
    check_terms(agreement.organisation, terms)
    change_terms(work, agreement, terms, find_reseller_id(work, terms.reseller))
    bring_holidays(work, [terms])
    return agreement


def change_terms(
    work: Work, agreement: Agreement, terms: AgreementTerms, reseller_id: UUID | None
) -> None:
    """The same for terms that were checked; without their holidays."""
    work.does("agreement.edited")
    columns = _columns(terms, reseller_id)
    changed = tuple(n for n in FIXED_BY_ORDERS if getattr(agreement, n) != columns[n])
    with refusing_doubles(work, uq_agreement_number=number_taken(terms.number)):
        for name, value in columns.items():
            if getattr(agreement, name) != value:
                setattr(agreement, name, value)
        for contact in agreement.contacts:
            contact.reseller_id = agreement.reseller_id
    if changed:
        work.events.append(TermsChanged(agreement.id, changed))


def number_taken(number: str) -> BadInput:
    """Said alike whosever it is."""
    return BadInput(
        None,
        _("There is an agreement with the number %(number)s already.", number=number),
        reason="number_taken",
        field="number",
        way_out=_("Check the number."),
    )


def check_terms(organisation: Organisation, terms: AgreementTerms) -> None:
    """Raises BadInput for terms that cannot be, or not for this organisation."""
    check_term(terms.first_day, terms.last_day)
    if organisation.kind not in _BUYERS:
        raise BadInput(
            None,
            _("%(name)s is no customer and no academic institution.", name=organisation.name),
            reason="not_a_buyer",
            field="organisation",
            way_out=_("Choose the organisation that orders."),
        )
    is_institution = organisation.kind is OrganisationKind.ACADEMIC
    if Programme(terms.programme).is_academic and not is_institution:
        raise BadInput(
            "A1",
            _("%(programme)s is for academic institutions only.", programme=terms.programme),
            reason="academic_only",
            field="programme",
            way_out=_("Choose a commercial programme."),
        )


def _columns(terms: AgreementTerms, reseller_id: UUID | None) -> dict[str, Any]:
    return {
        "reseller_id": reseller_id,
        "number": terms.number,
        "programme": Programme(terms.programme),
        "first_day": terms.first_day,
        "last_day": terms.last_day,
        "country": terms.country,
        "time_zone": terms.time_zone,
        "currency": terms.currency,
        "level_mode": LevelMode(terms.level_mode),
        "price_level": PriceLevel(terms.price_level),
        "account_manager_name": terms.account_manager_name,
        "account_manager_email": terms.account_manager_email,
    }


def find_reseller_id(work: Work, slug: str | None) -> UUID | None:
    """The key of a reseller by its short name. Raises BadInput when there is none."""
    if slug is None:
        return None
    reseller = find_organisation(work.session, slug)
    if reseller is None or reseller.kind is not OrganisationKind.RESELLER:
        raise BadInput(
            None,
            _('There is no reseller "%(slug)s".', slug=slug[:60]),
            reason="unknown_reseller",
            field="reseller",
            way_out=_("Choose one from the list, or leave it empty."),
        )
    return reseller.id


def bring_holidays(work: Work, terms: Iterable[AgreementTerms]) -> None:
    """O4: deadlines need the holidays of an agreement's country in the years of its term."""
    years: dict[str, set[int]] = defaultdict(set)
    for each in terms:
        last = min(each.last_day.year, each.first_day.year + 10)
        years[each.country].update(range(each.first_day.year, last + 1))
    for country, wanted in years.items():
        fill_holidays(work, country, sorted(wanted))
