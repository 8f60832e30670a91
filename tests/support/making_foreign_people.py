"""Somebody else's imports of people: one for each kind of id in addresses."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from tests.support.importing_people import people_sheet
from tests.support.making_catalog import make_product
from vlms.accounts.models import RoleGrant, User
from vlms.accounts.service.people_writing import Source, import_now
from vlms.authentication.models import SignInSession
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.sessions import open_session
from vlms.catalog.models import CodeSource, ProductKind
from vlms.core.work import Work
from vlms.planning.models.openings import Entitlement, OpeningBalance


def make_foreign_people(work: Work, owner_id: UUID) -> dict[str, UUID]:
    return {
        **make_foreign_import(work, owner_id),
        **_make_foreign_opening(work, owner_id),
        **_make_foreign_session(work, owner_id),
    }


def _make_foreign_session(work: Work, owner_id: UUID) -> dict[str, UUID]:
    of_owner = select(RoleGrant.user_id).where(RoleGrant.organisation_id == owner_id).limit(1)
    user = work.session.get_one(User, work.session.scalars(of_owner).one())
    open_session(work, user, Proof.PASSWORD)
    session = select(SignInSession.id).where(SignInSession.user_id == user.id).limit(1)
    return {"session_id": work.session.scalars(session).one()}


def make_foreign_import(work: Work, owner_id: UUID) -> dict[str, UUID]:
    sheet = people_sheet(("F-1", "宏遠科技 Foreign", "foreign@hongyuan.example", "", ""))
    source = Source(owner_id, "宏遠科技.csv", sheet)
    return {"import_id": import_now(work, source, good_rows=False).id}


def _make_foreign_opening(work: Work, owner_id: UUID) -> dict[str, UUID]:
    product = make_product(
        work, "foreign-training", ProductKind.ENTITLEMENT, code_source=CodeSource.NONE
    )
    balance = OpeningBalance(
        organisation_id=owner_id,
        filename="宏遠科技.xlsx",
        opened_on=work.now.date(),
        content_digest="0" * 64,
        paper_digest="0" * 64,
        signed_at=work.now,
        signed_name="宏遠科技 Foreign",
        figures={"sheets": [], "sums": []},
        sealed_paper=b"",
    )
    entitlement = Entitlement(
        organisation_id=owner_id,
        product_id=product.id,
        reference="宏遠科技",
        quantity=1,
        used_count=0,
        ends_on=work.now.date(),
    )
    work.session.add_all([balance, entitlement])
    work.flush()
    return {"opening_id": balance.id, "entitlement_id": entitlement.id}
