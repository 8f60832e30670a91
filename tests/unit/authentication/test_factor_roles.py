"""Which roles demand a second factor (G4)."""

from __future__ import annotations

import pytest

from vlms.authentication.errors import FactorRefused
from vlms.authentication.rules.factor_roles import (
    DEMANDING,
    FREE,
    check_removal,
    demands_factor,
)
from vlms.core.permissions import ROLE_PERMISSIONS, Permission, Role

# What nobody may do with a password alone.
WEIGHTY = {
    Permission.GRANT_ROLES,
    Permission.ASSIGN_CODES,
    Permission.REVEAL_UNASSIGNED_CODES,
    Permission.VOID_CODES,
    Permission.EDIT_PEOPLE,
    Permission.IMPORT_OUTCOMES,
    Permission.EDIT_INVOICES,
    Permission.EDIT_SYSTEM,
}


def test_every_role_is_decided() -> None:
    assert set(Role) == DEMANDING | FREE
    assert not DEMANDING & FREE


@pytest.mark.parametrize(
    "role",
    [
        Role.OPERATOR,
        Role.LICENSING_ADMIN,
        Role.RESELLER,
        Role.SCHOOL_COORDINATOR,
        Role.PARTNER_ADMINISTRATOR,
    ],
)
def test_the_roles_that_the_rule_names_demand_one(role: Role) -> None:
    assert demands_factor({role})
    assert demands_factor({Role.LEARNER, role})


def test_no_role_and_a_learners_demand_none() -> None:
    assert not demands_factor(set())
    assert not demands_factor({Role.LEARNER, Role.TEACHER})


@pytest.mark.parametrize("role", sorted(FREE))
def test_what_weighs_most_is_in_no_role_that_demands_none(role: Role) -> None:
    assert not ROLE_PERMISSIONS[role] & WEIGHTY


def test_the_last_factor_stays_where_one_is_demanded() -> None:
    with pytest.raises(FactorRefused, match="last second factor") as caught:
        check_removal(1, is_demanded=True)
    assert caught.value.rule == "G4"
    check_removal(2, is_demanded=True)
    check_removal(1, is_demanded=False)
