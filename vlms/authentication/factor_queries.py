"""Finds second factors, and tells whether one of somebody's roles demands one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person, RoleGrant, User
from vlms.accounts.queries import list_grants
from vlms.accounts.shields import Shield
from vlms.authentication.factor_models import FactorKind, RecoveryCode, SecondFactor
from vlms.authentication.rules.factor_roles import DEMANDING, demands_factor
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.core.text import _


@dataclass
class _Compulsion:
    """Whether this installation demands what the roles demand; a demo does not."""

    is_waived: bool = False


_compulsion = _Compulsion()
_SHIELDS = System("second factors")


def use_compulsion(*, is_waived: bool) -> None:
    """Set once by the application."""
    _compulsion.is_waived = is_waived


def has_factor(session: Session, user_id: UUID) -> bool:
    """Whether the user has an authenticator app or a passkey."""
    return session.scalar(_factors_of(user_id).limit(1)) is not None


def needs_factor(session: Session, user_id: UUID) -> bool:
    """Whether one of the user's roles demands one here (G4)."""
    if _compulsion.is_waived:
        return False
    return demands_factor({grant.role for grant in list_grants(session, user_id)})


def lacks_factor(session: Session, user_id: UUID, roles: Collection[Role]) -> bool:
    """Whether one of these roles, which the user has now, demands one that is not there (G4).

    So it is when the role was given, or the factors were reset, since signing in.
    """
    if _compulsion.is_waived or not demands_factor(roles):
        return False
    return not has_factor(session, user_id)


def list_factors(session: Session, user_id: UUID) -> Sequence[SecondFactor]:
    """Oldest first."""
    return session.scalars(_factors_of(user_id)).all()


def get_factor(session: Session, user_id: UUID, factor_id: UUID) -> SecondFactor:
    """One of the user's own. Raises NotFound."""
    found = session.get(SecondFactor, factor_id)
    if found is None or found.user_id != user_id:
        raise NotFound(None, _("There is no such second factor."))
    return found


def list_kind(session: Session, user_id: UUID, kind: FactorKind) -> Sequence[SecondFactor]:
    """Those of one kind."""
    return session.scalars(_factors_of(user_id).where(SecondFactor.kind == kind)).all()


def count_recovery_codes(session: Session, user_id: UUID) -> int:
    """How many are left."""
    left = RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count(RecoveryCode.id)).where(*left)) or 0


def find_shields(user_ids: Collection[UUID]) -> dict[UUID, Shield]:
    """Who of these has a second factor, and of whom a role demands one that is not there."""
    wanted = sorted(user_ids)
    with reading(_SHIELDS) as session:
        held = set(
            session.scalars(
                select(SecondFactor.user_id).where(SecondFactor.user_id.in_(wanted)).distinct()
            )
        )
        demanded = set() if _compulsion.is_waived else _demanded(session, wanted)
    shields = dict.fromkeys(wanted, Shield.NONE)
    return shields | dict.fromkeys(demanded, Shield.DEMANDED) | dict.fromkeys(held, Shield.HELD)


def _demanded(session: Session, user_ids: Collection[UUID]) -> set[UUID]:
    """Of whom one of their roles, anywhere, demands a second factor."""
    return set(
        session.scalars(
            select(RoleGrant.user_id).where(
                RoleGrant.user_id.in_(user_ids),
                RoleGrant.role.in_(sorted(DEMANDING)),
                RoleGrant.ended_at.is_(None),
            )
        )
    )


def list_known_in(session: Session, user_id: UUID) -> set[UUID]:
    """The organisations in which a user has a role, or is a person of the directory.

    An entry with the user's address that nobody has claimed is theirs too: only they can.
    """
    roles = select(RoleGrant.organisation_id).where(
        RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None)
    )
    address = select(User.email).where(User.id == user_id).scalar_subquery()
    unclaimed = and_(Person.user_id.is_(None), Person.email == address)
    persons = select(Person.organisation_id).where(or_(Person.user_id == user_id, unclaimed))
    return {*session.scalars(roles), *session.scalars(persons)}


def is_known_only_in(session: Session, user_id: UUID, organisation_id: UUID) -> bool:
    """Whether this organisation knows the user, and no other by a role or a claimed entry.

    What anybody writes into another directory, and the user has not claimed, says nothing.
    """
    roles = select(RoleGrant.organisation_id).where(
        RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None)
    )
    claimed = select(Person.organisation_id).where(Person.user_id == user_id)
    taken = {*session.scalars(roles), *session.scalars(claimed)}
    return taken <= {organisation_id} and organisation_id in list_known_in(session, user_id)


def _factors_of(user_id: UUID) -> Select[SecondFactor]:
    return select(SecondFactor).where(SecondFactor.user_id == user_id).order_by(SecondFactor.id)
