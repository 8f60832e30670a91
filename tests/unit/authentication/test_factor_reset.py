"""Who may reset whose second factors (G5)."""

from __future__ import annotations

from uuid import UUID

import pytest

from vlms.authentication.errors import FactorRefused
from vlms.authentication.rules.factor_reset import Resetting, check_reason, check_reset
from vlms.core.errors import BadInput

ANN, BOB = UUID(int=1), UUID(int=2)
CONTOSO, FABRIKAM = UUID(int=11), UUID(int=12)


@pytest.mark.parametrize(
    ("admin_of", "known_in"),
    [({CONTOSO}, {CONTOSO}), ({CONTOSO, FABRIKAM}, {CONTOSO}), ({CONTOSO, FABRIKAM},) * 2],
)
def test_an_admin_of_all_places_where_somebody_is_known_may(
    admin_of: set[UUID], known_in: set[UUID]
) -> None:
    check_reset(Resetting(ANN, BOB, is_operator=False, admin_of=admin_of, known_in=known_in))


@pytest.mark.parametrize(
    ("admin_of", "known_in"),
    [
        (set(), {CONTOSO}),
        ({CONTOSO}, {FABRIKAM}),
        ({CONTOSO}, {CONTOSO, FABRIKAM}),
        ({CONTOSO}, set()),
        (set(), set()),
    ],
)
def test_who_is_known_elsewhere_is_left_to_the_operator(
    admin_of: set[UUID], known_in: set[UUID]
) -> None:
    asked = Resetting(ANN, BOB, is_operator=False, admin_of=admin_of, known_in=known_in)
    with pytest.raises(FactorRefused) as caught:
        check_reset(asked)
    assert (caught.value.rule, caught.value.reason) == ("G5", "known_elsewhere")
    check_reset(Resetting(ANN, BOB, is_operator=True, admin_of=admin_of, known_in=known_in))


@pytest.mark.parametrize("is_operator", [False, True])
def test_nobody_resets_their_own(is_operator: bool) -> None:
    with pytest.raises(FactorRefused) as caught:
        check_reset(Resetting(ANN, ANN, is_operator, {CONTOSO}, {CONTOSO}))
    assert caught.value.reason == "own_factors"


@pytest.mark.parametrize("reason", [None, "", "   lost   ", "123456789"])
def test_a_reset_needs_a_reason_that_says_something(reason: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        check_reason(reason)
    assert (caught.value.rule, caught.value.field) == ("G5", "reason")


def test_blanks_around_a_reason_are_dropped() -> None:
    assert (
        check_reason("  Lost her telephone; I called her.\n") == "Lost her telephone; I called her."
    )
