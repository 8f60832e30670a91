"""Contoso and those around it, for the pages of agreements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.scope import System

SEEN = System("test")


def sign_in_at_contoso(client: CheckingClient, clock: StillClock) -> CheckingClient:
    """The licensing admin of Contoso, signed in; there is a reseller and a school beside."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.LICENSING_ADMIN, "ann@contoso.example")
        seller = make_organisation(work, "seller", OrganisationKind.RESELLER)
        make_member(work, seller, Role.RESELLER, "rob@seller.example")
        school = make_organisation(work, "school", OrganisationKind.ACADEMIC)
        make_member(work, school, Role.LICENSING_ADMIN, "sue@school.example")
        home = make_organisation(work, "home", OrganisationKind.OPERATOR)
        make_member(work, home, Role.OPERATOR, "op@home.example")
    client.sign_in("ann@contoso.example")
    return client


def named(work: Any, slug: str) -> Organisation:
    found: Organisation = work.session.scalars(
        select(Organisation).where(Organisation.slug == slug)
    ).one()
    return found


def count(model: type[Any]) -> int:
    with reading(SEEN) as session:
        return len(session.scalars(select(model)).all())
