"""Which roles may be given where."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.accounts.errors import RoleRefused
from vlms.accounts.rules.grants import GRANTABLE, Given, check_grants, check_schools, grants_for
from vlms.core.permissions import Role
from vlms.core.tokens import new_id

A, B = new_id(), new_id()
ADMIN, FINANCE = Role.LICENSING_ADMIN, Role.FINANCE
COORDINATOR, TEACHER = Role.SCHOOL_COORDINATOR, Role.TEACHER


def test_no_agreement_means_the_whole_organisation() -> None:
    assert grants_for(ADMIN, ()) == [Given(ADMIN, None)]
    assert grants_for(ADMIN, (A, B)) == [Given(ADMIN, A), Given(ADMIN, B)]


@pytest.mark.parametrize(
    ("present", "added"),
    [
        ([], [Given(ADMIN, None)]),
        ([Given(ADMIN, None)], [Given(FINANCE, None)]),
        ([], [Given(ADMIN, A), Given(ADMIN, B)]),
        ([Given(ADMIN, A)], [Given(ADMIN, B)]),
        ([Given(ADMIN, A)], [Given(FINANCE, A)]),
        ([Given(ADMIN, A), Given(ADMIN, B)], [Given(FINANCE, A), Given(FINANCE, B)]),
        ([Given(TEACHER, None, A)], [Given(TEACHER, None, B)]),
        ([Given(TEACHER, None, A)], [Given(COORDINATOR, None, A)]),
    ],
)
def test_roles_that_stay_even_may_be_given(present: list[Given], added: list[Given]) -> None:
    check_grants("customer", present, added)


@pytest.mark.parametrize(
    ("kind", "present", "added", "field"),
    [
        ("customer", [], [Given(Role.OPERATOR, None)], "role"),
        ("reseller", [], [Given(ADMIN, None)], "role"),
        ("operator", [], [Given(Role.RESELLER, None)], "role"),
        ("customer", [Given(ADMIN, None)], [Given(ADMIN, None)], "role"),
        ("customer", [Given(ADMIN, None)], [Given(FINANCE, A)], "agreements"),
        ("customer", [Given(ADMIN, A)], [Given(FINANCE, None)], "agreements"),
        ("customer", [Given(ADMIN, A), Given(FINANCE, A)], [Given(ADMIN, B)], "agreements"),
        ("customer", [Given(ADMIN, A), Given(ADMIN, B)], [Given(FINANCE, B)], "agreements"),
        ("academic", [], [Given(TEACHER, A), Given(TEACHER, None, B)], "agreements"),
        ("academic", [Given(TEACHER, None, A)], [Given(TEACHER, None)], "agreements"),
        ("academic", [Given(TEACHER, None, A)], [Given(COORDINATOR, None, B)], "agreements"),
        ("academic", [Given(TEACHER, None, A)], [Given(TEACHER, None, A)], "role"),
    ],
)
def test_roles_that_do_not_fit_are_refused_with_a_way_out(
    kind: str, present: list[Given], added: list[Given], field: str
) -> None:
    with pytest.raises(RoleRefused) as caught:
        check_grants(kind, present, added)
    assert caught.value.field == field
    assert caught.value.way_out is not None


@pytest.mark.parametrize(
    ("role", "schools", "has_schools", "is_allowed"),
    [
        (COORDINATOR, [A], True, True),
        (TEACHER, [A, B], True, True),
        (COORDINATOR, [], True, False),
        (TEACHER, [], True, False),
        (TEACHER, [], False, True),
        (ADMIN, [], True, True),
        (ADMIN, [A], True, False),
        (Role.AUDITOR, [A], True, False),
    ],
)
def test_school_people_name_their_schools_and_others_none(
    role: Role, schools: list[UUID], has_schools: bool, is_allowed: bool
) -> None:
    if is_allowed:
        check_schools(role, schools, has_schools=has_schools)
        return
    with pytest.raises(RoleRefused) as caught:
        check_schools(role, schools, has_schools=has_schools)
    assert (caught.value.field, caught.value.way_out is None) == ("schools", False)


_ANY = st.builds(Given, st.sampled_from([ADMIN, FINANCE]), st.sampled_from([None, A, B]))


@given(present=st.sets(_ANY), added=st.sets(_ANY, min_size=1))
def test_whatever_is_allowed_leaves_each_place_with_the_same_roles(
    present: set[Given], added: set[Given]
) -> None:
    try:
        check_grants("customer", present, added)
    except RoleRefused:
        return
    after = present | added
    by_place = {
        frozenset(each.role for each in after if each.agreement_id == place)
        for place in {each.agreement_id for each in after}
    }
    assert len(by_place) == 1
    assert {each.agreement_id is None for each in after} in ({True}, {False})


def test_nobody_is_granted_what_needs_no_grant() -> None:
    offered = {role for roles in GRANTABLE.values() for role in roles}
    assert not offered & {Role.LEARNER, Role.MANAGER}
