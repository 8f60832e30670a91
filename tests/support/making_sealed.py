"""Codes and stock as an earlier release sealed them, and looks at what is sealed how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from tests.support.making import make_organisation, making
from tests.support.making_codes import (
    make_agreement,
    make_codes,
    make_line,
    make_product,
    make_stock,
)
from vlms.codes.custody import custody_of
from vlms.codes.models import Code, StockCode
from vlms.codes.rules.code_text import bytes_needed
from vlms.codes.rules.code_text import make_codes as make_texts
from vlms.core.tokens import random_bytes
from vlms.core.work import Work
from vlms.keys.envelope import key_id_of, seal_by_master
from vlms.keys.models import SealingKey

Texts = dict[UUID, str]


def make_sealed(now: datetime, slug: str, count: int, *, released: bool = False) -> Texts:
    """Available codes of a new organisation; as the first release sealed them, if `released`."""
    texts = make_texts(random_bytes(bytes_needed(count)))
    with making(now) as work:
        line = make_line(
            work,
            make_agreement(work, make_organisation(work, slug)),
            make_product(work, f"{slug}-voucher"),
            count,
        )
        codes = make_codes(work, line, count, texts=texts)
        if released:
            for code, text in zip(codes, texts, strict=True):
                code.sealed_text = seal_by_master(work.keys, code.organisation_id, code.id, text)
        return {code.id: text for code, text in zip(codes, texts, strict=True)}


def make_stocked(now: datetime, texts: Sequence[str], *, released: bool = False) -> Texts:
    """Free stock of a new product."""
    with making(now) as work:
        rows = make_stock(work, make_product(work, "stocked-voucher"), list(texts))
        if released:
            for row, text in zip(rows, texts, strict=True):
                row.sealed_text = seal_by_master(work.keys, None, row.id, text)
        return {row.id: text for row, text in zip(rows, texts, strict=True)}


def opened(now: datetime, ids: Texts) -> Texts:
    """What the sealed texts of these codes and rows of stock open to."""
    with making(now) as work:
        custody = custody_of(work)
        codes = work.session.scalars(select(Code).where(Code.id.in_(ids)))
        found = {c.id: custody.open(c.id, c.organisation_id, c.sealed_text or b"") for c in codes}
        rows = work.session.scalars(select(StockCode).where(StockCode.id.in_(ids)))
        return found | {r.id: custody.open(r.id, None, r.sealed_text or b"") for r in rows}


def sealing_keys(work: Work, ids: Texts) -> set[UUID | None]:
    """The data keys with which they are sealed; None: with a master key."""
    codes = work.session.scalars(select(Code.sealed_text).where(Code.id.in_(ids))).all()
    rows = work.session.scalars(select(StockCode.sealed_text).where(StockCode.id.in_(ids))).all()
    return {key_id_of(text) for text in (*codes, *rows) if text is not None}


def owner_of(work: Work, ids: Texts) -> UUID:
    return work.session.get_one(Code, next(iter(ids))).organisation_id


def keys_of(work: Work, owner_id: UUID | None) -> list[SealingKey]:
    """The oldest first."""
    keys = work.session.scalars(select(SealingKey).order_by(SealingKey.id))
    return [key for key in keys if key.organisation_id == owner_id]
