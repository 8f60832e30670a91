"""Reads what a moving-in is compared with, and what was signed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, undefer

from vlms.agreements.models import Agreement
from vlms.catalog.models import CodeSource, Exam, Product, ProductKind
from vlms.codes.stock_queries import held_indexes
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.scope import System
from vlms.core.text import _
from vlms.exports.mapping import fold
from vlms.planning.models.openings import Entitlement, OpeningBalance, OpeningOrder
from vlms.planning.rules.opening_facts import AgreementFacts, ProductFacts

OPENING_SORTS = {"signed": OpeningBalance.signed_at}
ENTITLEMENT_SORTS = {"ends": Entitlement.ends_on, "reference": Entitlement.reference}


def products_by_name(session: Session) -> dict[str, ProductFacts]:
    """Every product by its key and by its names in both languages, folded."""
    found: dict[str, ProductFacts] = {}
    for product in session.scalars(select(Product)):
        facts = ProductFacts(
            id=product.id,
            key=product.key,
            yields_codes=product.code_source is not CodeSource.NONE,
            is_site_pack=product.kind is ProductKind.SITE_PACK,
            is_library=product.kind is ProductKind.E_REFERENCE,
            is_entitlement=product.kind is ProductKind.ENTITLEMENT,
            units=product.units,
            lives_to_agreement_end=product.lives_to_agreement_end,
        )
        for name in (product.key, product.name_en, product.name_zh):
            found.setdefault(fold(name), facts)
    return found


def agreement_facts(session: Session, organisation_id: UUID) -> dict[str, AgreementFacts]:
    """The organisation's agreements by number."""
    statement = select(Agreement).where(Agreement.organisation_id == organisation_id)
    return {
        one.number: AgreementFacts(
            one.number, one.first_day, one.last_day, one.time_zone, one.currency
        )
        for one in session.scalars(statement)
    }


def agreements_by_number(session: Session, organisation_id: UUID) -> dict[str, Agreement]:
    statement = select(Agreement).where(Agreement.organisation_id == organisation_id)
    return {one.number: one for one in session.scalars(statement)}


def former_numbers(session: Session, organisation_id: UUID) -> frozenset[str]:
    """The orders that have moved in already, by the numbers that they had before."""
    statement = select(OpeningOrder.former_number)
    return frozenset(
        session.scalars(statement.where(OpeningOrder.organisation_id == organisation_id))
    )


def held_anywhere(indexes: Collection[bytes]) -> set[bytes]:
    """Those of these codes' keys that the system has, whoever's they are (C7)."""
    if not indexes:
        return set()
    with reading(System("whether codes that move in are held already (C7)")) as session:
        return held_indexes(session, indexes)


def exam_numbers(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(Exam.number)))


def held_entitlements(session: Session, organisation_id: UUID) -> frozenset[tuple[UUID, str]]:
    """By product and reference."""
    statement = select(Entitlement.product_id, Entitlement.reference)
    rows = session.execute(statement.where(Entitlement.organisation_id == organisation_id))
    return frozenset((product_id, reference) for product_id, reference in rows)


def search_openings(
    session: Session, organisation_id: UUID | None, listing: Listing
) -> Page[OpeningBalance]:
    """What was signed, of one organisation or of all."""
    statement = select(OpeningBalance).where(*_of(OpeningBalance.organisation_id, organisation_id))
    return page_of(session, statement, OPENING_SORTS, listing)


def list_openings(session: Session, organisation_id: UUID) -> Sequence[OpeningBalance]:
    """What an organisation signed, the latest first."""
    statement = select(OpeningBalance).where(OpeningBalance.organisation_id == organisation_id)
    return session.scalars(statement.order_by(OpeningBalance.signed_at.desc())).all()


def get_opening(session: Session, opening_id: UUID) -> OpeningBalance:
    """With its sealed paper. Raises NotFound."""
    statement = select(OpeningBalance).where(OpeningBalance.id == opening_id)
    found = session.scalar(statement.options(undefer(OpeningBalance.sealed_paper)))
    if found is None:
        raise NotFound(None, _("There is no such opening balance."))
    return found


def list_opening_orders(session: Session, opening_id: UUID) -> Sequence[OpeningOrder]:
    """The orders that it brought, by their former numbers."""
    statement = select(OpeningOrder).where(OpeningOrder.opening_id == opening_id)
    statement = statement.options(joinedload(OpeningOrder.order))
    return session.scalars(statement.order_by(OpeningOrder.former_number)).all()


def search_entitlements(
    session: Session, organisation_id: UUID | None, listing: Listing
) -> Page[Entitlement]:
    statement = select(Entitlement).where(*_of(Entitlement.organisation_id, organisation_id))
    statement = statement.options(joinedload(Entitlement.product))
    return page_of(session, statement, ENTITLEMENT_SORTS, listing)


def list_entitlements(session: Session, organisation_id: UUID) -> Sequence[Entitlement]:
    """Those that end first, first."""
    statement = select(Entitlement).where(Entitlement.organisation_id == organisation_id)
    statement = statement.options(joinedload(Entitlement.product))
    return session.scalars(statement.order_by(Entitlement.ends_on, Entitlement.id)).all()


def get_entitlement(session: Session, entitlement_id: UUID) -> Entitlement:
    """Raises NotFound, also for another organisation's."""
    statement = select(Entitlement).where(Entitlement.id == entitlement_id)
    found = session.scalar(statement.options(joinedload(Entitlement.product)))
    if found is None:
        raise NotFound(None, _("There is no such entitlement."))
    return found


def _of(
    column: InstrumentedAttribute[UUID], organisation_id: UUID | None
) -> list[ColumnElement[bool]]:
    return [] if organisation_id is None else [column == organisation_id]
