"""Makes an organisation with admins and codes that can be let out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product, text_of
from vlms.accounts.models import Organisation
from vlms.accounts.standing import find_standing
from vlms.audit.models import AuditEntry
from vlms.codes.models import Code
from vlms.codes.rules.code_text import display
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.core.scope import Scope
from vlms.core.work import Actor

ANN, BEN, AUD = "ann@contoso.example", "ben@contoso.example", "aud@contoso.example"


@dataclass(frozen=True)
class Kept:
    """Contoso's keys: available codes with their texts as shown, an assigned one, its people."""

    organisation_id: UUID
    free: list[UUID]
    texts: list[str]
    assigned: UUID
    assigned_text: str
    users: dict[str, UUID]


def make_kept(now: datetime, count: int = 3, slug: str = "contoso") -> Kept:
    """Two licensing admins and an auditor; `count` available codes and an assigned one."""
    with making(now) as work:
        place = make_organisation(work, slug)
        users = {
            email: make_member(work, place, role, email.replace("contoso", slug)).id
            for email, role in (
                (ANN, Role.LICENSING_ADMIN),
                (BEN, Role.LICENSING_ADMIN),
                (AUD, Role.AUDITOR),
            )
        }
        agreement, product = make_agreement(work, place), make_product(work, f"voucher-{slug}")
        free = make_codes(work, make_line(work, agreement, product, count), count)
        line = make_line(work, agreement, product, 1)
        person = make_person(work, place, "Bea Bright", f"bea@{slug}.example")
        (given,) = make_codes(work, line, 1, state=State.ASSIGNED, person=person)
        texts = [display(text_of(work, code)) for code in free]
        ids = [code.id for code in free]
        return Kept(place.id, ids, texts, given.id, display(text_of(work, given)), users)


def make_one_more(now: datetime, kept: Kept) -> None:
    """Another available code, of an agreement of its own."""
    with making(now) as work:
        place = work.session.get_one(Organisation, kept.organisation_id)
        line = make_line(work, make_agreement(work, place), make_product(work, "voucher-more"), 1)
        make_codes(work, line, 1)


def as_admin(user_id: UUID, organisation_id: UUID) -> tuple[Actor, Scope]:
    """The actor and scope of a user in an organisation, as the gate gives them."""
    standing = find_standing(user_id, organisation_id)
    assert standing is not None
    actor = Actor("Test User", user_id, organisation_id, standing.roles)
    return actor, standing.scope


def count_told(now: datetime, action: str) -> int:
    """How many entries of the journal tell of an action."""
    with making(now) as work:
        counted = select(func.count()).where(AuditEntry.action == action)
        return int(work.session.scalar(counted) or 0)


def give_away(now: datetime, code_id: UUID) -> None:
    """Somebody reserves an available code meanwhile."""
    with making(now) as work:
        code = work.session.get_one(Code, code_id)
        place = work.session.get_one(Organisation, code.organisation_id)
        code.person_id = make_person(work, place, "Cid Quick").id
        code.state, code.reserved_at = State.RESERVED, work.now
        code.version += 1
