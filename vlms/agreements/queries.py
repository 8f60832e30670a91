"""Finds agreements, within the session's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.accounts.models import Organisation
from vlms.accounts.queries import names_organisation
from vlms.agreements.models import Agreement, Programme, ResellerChange
from vlms.agreements.rules.reseller_term import Change, ResellerTerm, reseller_terms
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _


@dataclass(frozen=True)
class AgreementFilter:
    """What a list of agreements is narrowed to; `state` is running, ended or coming.

    `ending` are days: running agreements whose last day comes within so many.
    """

    words: str | None = None
    programme: Programme | None = None
    state: str | None = None
    ending: int | None = None


SORTS = {
    "number": Agreement.number,
    "first_day": Agreement.first_day,
    "last_day": Agreement.last_day,
    "created": Agreement.created_at,
}


def get_agreement(session: Session, agreement_id: UUID) -> Agreement:
    """With its organisation, reseller and contacts. Raises NotFound, also for a foreign one."""
    return _found(session.scalar(whole_agreements().where(Agreement.id == agreement_id)))


def get_agreement_alone(session: Session, agreement_id: UUID) -> Agreement:
    """Without what belongs to it, where that is loaded already or not asked for."""
    return _found(session.scalar(select(Agreement).where(Agreement.id == agreement_id)))


def _found(agreement: Agreement | None) -> Agreement:
    if agreement is None:
        raise NotFound(None, _("There is no such agreement."))
    return agreement


def find_agreement(session: Session, number: str) -> Agreement | None:
    return session.scalar(whole_agreements().where(Agreement.number == number))


def get_reseller_change(session: Session, change_id: UUID) -> ResellerChange:
    """Raises NotFound, also for one of a foreign agreement."""
    return _there(session.scalar(select(ResellerChange).where(ResellerChange.id == change_id)))


def hold_reseller_change(session: Session, change_id: UUID) -> ResellerChange:
    """The same as it is now, held until this work ends."""
    held = select(ResellerChange).where(ResellerChange.id == change_id).with_for_update()
    return _there(session.scalar(held, execution_options={"populate_existing": True}))


def _there(change: ResellerChange | None) -> ResellerChange:
    if change is None:
        raise NotFound(None, _("There is no such change of reseller."))
    return change


def terms_of_resellers(agreement: Agreement) -> list[ResellerTerm]:
    """Who takes the agreement on from which day until which, planned changes too."""
    changes = [
        Change(one.first_day, _name(one.former), _name(one.reseller))
        for one in agreement.reseller_changes
    ]
    now = _name(agreement.reseller)
    return reseller_terms(agreement.first_day, agreement.last_day, now, changes)


def _name(organisation: Organisation | None) -> str | None:
    return None if organisation is None else organisation.name


def whole_agreements() -> Select[Agreement]:
    """Agreements with their organisation, reseller, contacts and schools."""
    return select(Agreement).options(
        joinedload(Agreement.organisation),
        joinedload(Agreement.reseller),
        selectinload(Agreement.contacts),
        selectinload(Agreement.schools),
    )


def search_agreements(
    session: Session, wanted: AgreementFilter, today: date, listing: Listing
) -> Page[Agreement]:
    """One page of the agreements that fit; `today` tells running from ended ones."""
    statement = _fitting(wanted, today).options(
        joinedload(Agreement.organisation), joinedload(Agreement.reseller)
    )
    return page_of(session, statement, SORTS, listing)


def list_agreements(
    session: Session, wanted: AgreementFilter | None = None, today: date | None = None
) -> Sequence[Agreement]:
    """All agreements that fit, by number."""
    statement = _fitting(wanted or AgreementFilter(), today or date.min)
    return session.scalars(
        statement.options(
            joinedload(Agreement.organisation), joinedload(Agreement.reseller)
        ).order_by(Agreement.number)
    ).all()


def find_first_to_end(session: Session, today: date) -> Agreement | None:
    """Of the agreements that have not ended, the one that ends first."""
    running = select(Agreement).where(Agreement.last_day >= today)
    return session.scalar(running.order_by(Agreement.last_day, Agreement.number).limit(1))


def count_agreements(session: Session, wanted: AgreementFilter, today: date) -> int:
    counted = _fitting(wanted, today).with_only_columns(func.count(Agreement.id))
    return int(session.scalar(counted) or 0)


def _fitting(wanted: AgreementFilter, today: date) -> Select[Agreement]:
    statement = select(Agreement)
    if wanted.words:
        named = select(Organisation.id).where(names_organisation(wanted.words))
        statement = statement.where(
            or_(
                Agreement.number.icontains(wanted.words, autoescape=True),
                Agreement.organisation_id.in_(named),
            )
        )
    if wanted.programme is not None:
        statement = statement.where(Agreement.programme == wanted.programme)
    if wanted.ending is not None:
        until = today + timedelta(days=wanted.ending)
        statement = statement.where(
            Agreement.first_day <= today, Agreement.last_day.between(today, until)
        )
    match wanted.state:
        case "running":
            statement = statement.where(Agreement.first_day <= today, Agreement.last_day >= today)
        case "ended":
            statement = statement.where(Agreement.last_day < today)
        case "coming":
            statement = statement.where(Agreement.first_day > today)
    return statement


def list_terms_in_use(session: Session, today: date) -> Sequence[tuple[str, str]]:
    """Programme and currency of the running agreements, those of most agreements first."""
    count = func.count(Agreement.id)
    statement = (
        select(Agreement)
        .where(Agreement.last_day >= today)
        .with_only_columns(Agreement.programme, Agreement.currency)
        .group_by(Agreement.programme, Agreement.currency)
        .order_by(count.desc(), Agreement.programme, Agreement.currency)
    )
    return [(programme.value, currency) for programme, currency in session.execute(statement)]
