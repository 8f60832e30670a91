"""What lists of codes are narrowed by and counted under, and the codes of a step on several."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from vlms.accounts.models import Person, School
from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.codes.models import Code, CodeBatch
from vlms.codes.queries import SHOWN_WITH, CodeFilter, filtered


def list_issued_products(session: Session) -> Sequence[Product]:
    """Of which codes were ever issued here, by key; batches tell, which are few."""
    issued = select(Product).where(Product.id.in_(select(CodeBatch.product_id)))
    return session.scalars(issued.order_by(Product.key)).all()


def list_issued_agreements(session: Session) -> Sequence[Agreement]:
    """Under which codes were ever issued here, by number."""
    issued = select(Agreement).where(Agreement.id.in_(select(CodeBatch.agreement_id)))
    return session.scalars(issued.order_by(Agreement.number)).all()


def find_person_name(session: Session, key: UUID | None) -> str | None:
    return _find(session, Person.name, Person.id, key)


def find_school_name(session: Session, key: UUID | None) -> str | None:
    return _find(session, School.name, School.id, key)


def find_batch_number(session: Session, key: UUID | None) -> str | None:
    return _find(session, CodeBatch.number, CodeBatch.id, key)


def _find(
    session: Session,
    word: InstrumentedAttribute[str],
    column: InstrumentedAttribute[UUID],
    key: UUID | None,
) -> str | None:
    return session.scalar(select(word).where(column == key)) if key else None


def codes_like(wanted: CodeFilter, now: datetime) -> Select[Code]:
    """The codes that a filter leaves, by their issue."""
    return filtered(wanted, now).order_by(Code.id)


def codes_with(keys: Select[UUID] | Collection[UUID]) -> Select[Code]:
    """The codes with these keys, by their issue."""
    return select(Code).where(Code.id.in_(keys)).order_by(Code.id)


def list_versions(
    session: Session, codes: Select[Code], most: int
) -> Sequence[Row[UUID, int, UUID]]:
    """Key, version and agreement of so many of the codes at most."""
    columns = (Code.id, Code.version, Code.agreement_id)
    return session.execute(codes.with_only_columns(*columns).limit(most)).all()


def list_first(session: Session, codes: Select[Code], most: int) -> Sequence[Code]:
    """So many of the codes at most, with what lists show of each."""
    return session.scalars(codes.options(*SHOWN_WITH).limit(most)).all()
