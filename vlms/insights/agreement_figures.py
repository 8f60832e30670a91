"""Agreements that run, the days that are left in them, and who can act for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from vlms.accounts.models import RoleGrant
from vlms.agreements.models import Agreement, AgreementContact
from vlms.agreements.rules.terms import days_left
from vlms.core.clock import local_day
from vlms.core.permissions import Permission, Role
from vlms.insights.code_figures import HORIZONS, count_unused
from vlms.notices.queries import list_bounced
from vlms.planning.looking import Look

SHOWN = 10
_ADMINS = 2


@dataclass(frozen=True)
class Running:
    """An agreement, the days left in its own zone, and its unused codes."""

    agreement: Agreement
    days_left: int
    unused: int


@dataclass(frozen=True)
class AgreementFigures:
    """`ending` are the running ones that end within so many days, `short` lack an admin.

    `unreached`: to a contact of these the last mail came back.
    """

    total: int
    running_count: int
    running: Sequence[Running]
    ending: Mapping[int, int]
    short: Sequence[Agreement]
    unreached: Sequence[Agreement] = ()


def count_agreements(look: Look) -> AgreementFigures:
    """The agreements that the scope sees, the next to end first."""
    today = local_day(look.now, look.zone)
    ends = _ends(look, today)
    return AgreementFigures(
        int(look.session.scalar(select(func.count(Agreement.id))) or 0),
        len(ends),
        _running(look, today),
        {days: sum(end <= today + timedelta(days=days) for end in ends) for days in HORIZONS},
        _short_of_admins(look, today),
        _unreached(look, today),
    )


def _ends(look: Look, today: date) -> Sequence[date]:
    statement = select(Agreement.last_day).where(
        Agreement.first_day <= today, Agreement.last_day >= today
    )
    return look.session.scalars(statement).all()


def _running(look: Look, today: date) -> list[Running]:
    found = look.session.scalars(
        select(Agreement)
        .where(Agreement.first_day <= today, Agreement.last_day >= today)
        .options(joinedload(Agreement.organisation))
        .order_by(Agreement.last_day, Agreement.id)
        .limit(SHOWN)
    ).all()
    unused = count_unused(look.session, [each.id for each in found], look.now)
    return [
        Running(each, days_left(each.last_day, local_day(look.now, each.time_zone)), count)
        for each in found
        for count in [unused.get(each.id, 0)]
    ]


def _short_of_admins(look: Look, today: date) -> Sequence[Agreement]:
    """The agreements that fewer than two licensing admins can act for, a few of them."""
    if not (look.buys and look.may(Permission.GRANT_ROLES)):
        return []
    admins = _admins(look)
    found = look.session.scalars(
        select(Agreement).where(Agreement.last_day >= today).order_by(Agreement.last_day).limit(50)
    )
    return [a for a in found if len(admins.get(None, set()) | admins.get(a.id, set())) < _ADMINS]


def _admins(look: Look) -> Mapping[UUID | None, set[UUID]]:
    """The users who are licensing admins, by agreement; None: of the whole organisation."""
    statement = select(RoleGrant.agreement_id, RoleGrant.user_id).where(
        RoleGrant.organisation_id == look.organisation_id,
        RoleGrant.role == Role.LICENSING_ADMIN,
        RoleGrant.ended_at.is_(None),
    )
    found: dict[UUID | None, set[UUID]] = {}
    for agreement_id, user_id in look.session.execute(statement):
        found.setdefault(agreement_id, set()).add(user_id)
    return found


def _unreached(look: Look, today: date) -> Sequence[Agreement]:
    """The agreements with a contact at whose address nobody reads, a few of them (O5)."""
    if not (look.buys and look.may(Permission.EDIT_AGREEMENTS)):
        return []
    contacts = look.session.scalars(
        select(AgreementContact)
        .join(Agreement, AgreementContact.agreement_id == Agreement.id)
        .where(Agreement.last_day >= today)
        .options(joinedload(AgreementContact.agreement))
        .order_by(Agreement.last_day, Agreement.id)
    ).all()
    bounced = list_bounced(look.session, {contact.email for contact in contacts})
    found = {c.agreement.id: c.agreement for c in contacts if c.email in bounced}
    return list(found.values())[:SHOWN]
