"""An operator who sees the system as somebody else."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from tests.support.making import make_member, make_organisation, making
from tests.support.making_accounts import ADMIN, OPERATOR
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, OrganisationKind, User
from vlms.core.permissions import Role

WHY = "Asked on the telephone why an order is late"
REFUSED = "You see this as somebody else"
DESK = "otto@operator.example"


def make_both(now: datetime) -> UUID:
    """The operator, with a colleague, and contoso with its admin, whose key is returned."""
    with making(now) as work:
        operator = make_organisation(work, "operator", OrganisationKind.OPERATOR)
        make_member(work, operator, Role.OPERATOR, OPERATOR).name = "Olga"
        make_member(work, operator, Role.OPERATOR, DESK)
        contoso = make_organisation(work, "contoso")
        ann = make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
        ann.name = "Ann"
        return ann.id


def user_id_of(now: datetime, email: str) -> UUID:
    with making(now) as work:
        return work.session.scalars(select(User.id).where(User.email == email)).one()


def visit(
    client: CheckingClient, user_id: UUID, home: str = "operator", of: str = "contoso"
) -> None:
    """Begin to see as this user; the client has signed in as the operator."""
    answer = client.send(f"/o/{home}/users/{user_id}/visit?of={of}", reason=WHY)
    assert answer.status_code == 302, answer.text


def bare(text: str) -> str:
    """A page's words with nothing between the groups of a code."""
    return re.sub(r"<[^>]*>|[\s\-‐‑]", "", text).upper()


def organisation_id_of(now: datetime, slug: str) -> UUID:
    with making(now) as work:
        return work.session.scalars(select(Organisation.id).where(Organisation.slug == slug)).one()
