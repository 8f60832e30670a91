"""A role that is handed over to several at once has one holder afterwards."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.racing import race, winners
from tests.support.unguarded_memberships import handing_over_twin
from vlms.accounts.models import RoleGrant, User
from vlms.accounts.service.handing_over import hand_over_role
from vlms.accounts.service.roles import Invitation
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.permissions import Role
from vlms.core.scope import System

ROLE = Role.PARTNER_ADMINISTRATOR


def make_holder(clock: StillClock) -> tuple[UUID, UUID]:
    """The organisation, and who has the role there."""
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        return place.id, make_member(work, place, ROLE, "petra@contoso.example").id


def holders() -> list[str]:
    """The addresses of those who have the role."""
    with reading(System("test")) as session:
        own = select(User.email).join(RoleGrant, RoleGrant.user_id == User.id)
        open_ones = own.where(RoleGrant.role == ROLE, RoleGrant.ended_at.is_(None))
        return sorted(session.scalars(open_ones))


def test_one_of_several_successors_gets_the_role(app: Flask, clock: StillClock) -> None:
    place, petra = make_holder(clock)

    def to(email: str) -> str:
        with making(clock()) as work:
            hand_over_role(work, place, petra, Invitation(email, email, ROLE))
        return email

    emails = [f"{name}@contoso.example" for name in ("ann", "bo", "cy")]
    results = race(app, [lambda email=email: to(email) for email in emails])  # type: ignore[misc]
    assert holders() == winners(results)
    refused = [one for one in results if isinstance(one, DomainError)]
    assert [one.reason for one in refused] == ["not_held", "not_held"]


def test_of_two_who_name_the_same_successor_one_is_refused(app: Flask, clock: StillClock) -> None:
    place, petra = make_holder(clock)

    def act() -> None:
        with making(clock()) as work:
            hand_over_role(work, place, petra, Invitation("ann@contoso.example", "Ann", ROLE))

    assert len(winners(race(app, [act, act]))) == 1
    assert holders() == ["ann@contoso.example"]


@pytest.mark.parametrize(("is_guarded", "believers"), [(True, 1), (False, 2)])
def test_a_twin_that_reads_first_gives_the_role_to_both(
    app: Flask, clock: StillClock, is_guarded: bool, believers: int
) -> None:
    make_holder(clock)
    with reading(System("test")) as session:
        grant_id = session.scalars(select(RoleGrant.id)).one()
    meeting = threading.Barrier(2, timeout=30)
    twin = handing_over_twin(meeting, grant_id, clock(), is_guarded=is_guarded)
    assert race(app, [twin, twin]).count(True) == believers
