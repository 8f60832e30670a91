"""Somebody else's handout, for the addresses that name one and its rows."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.catalog.models import Product
from vlms.core.work import Work
from vlms.giving.models.handouts import HandoutRow
from vlms.giving.service.handout_making import Wishes, make_handout, people_pasted


def make_foreign_handout(work: Work, owner_id: UUID) -> dict[str, UUID]:
    product_id = work.session.scalars(select(Product.id).limit(1)).one()
    people = people_pasted("宏遠科技 <canary@hongyuan.example>")
    made = make_handout(work, owner_id, people, [product_id], Wishes())
    row = select(HandoutRow.id).where(HandoutRow.handout_id == made.id)
    return {"handout_id": made.id, "handout_row_id": work.session.scalars(row).one()}
