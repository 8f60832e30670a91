"""Which step comes next on the way in: every combination of what is known."""

from __future__ import annotations

from itertools import product

import pytest

from vlms.authentication.rules.steps import Proof, SoFar, Step, next_step

PASSWORD = frozenset({Proof.PASSWORD})


def so_far(
    proofs: frozenset[Proof] = PASSWORD,
    *,
    has_factor: bool = False,
    needs_factor: bool = False,
    knows_device: bool = True,
    has_mail: bool = True,
) -> SoFar:
    known = frozenset({Proof.DEVICE}) if knows_device else frozenset()
    return SoFar(proofs | known, has_factor, needs_factor, has_mail)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (so_far(), Step.DONE),
        (so_far(has_factor=True), Step.FACTOR),
        (so_far(has_factor=True, knows_device=False), Step.FACTOR),
        (so_far(frozenset({Proof.MAILED_LINK}), has_factor=True), Step.FACTOR),
        (so_far(frozenset({Proof.SLIP}), has_factor=True), Step.FACTOR),
        (so_far(PASSWORD | {Proof.FACTOR}, has_factor=True), Step.DONE),
        (so_far(PASSWORD | {Proof.FACTOR}, has_factor=True, knows_device=False), Step.DONE),
        (so_far(needs_factor=True), Step.ENROL),
        (so_far(needs_factor=True, knows_device=False), Step.NEW_DEVICE_CODE),
        (so_far(needs_factor=True, knows_device=False, has_mail=False), Step.ENROL),
        (so_far(frozenset({Proof.MAILED_LINK}), needs_factor=True), Step.ENROL),
        (so_far(PASSWORD | {Proof.MAILED_CODE}, needs_factor=True), Step.ENROL),
        (so_far(knows_device=False), Step.NEW_DEVICE_CODE),
        (so_far(knows_device=False, has_mail=False), Step.DONE),
        (so_far(PASSWORD | {Proof.MAILED_CODE}, knows_device=False), Step.DONE),
        (so_far(frozenset({Proof.MAILED_LINK}), knows_device=False), Step.DONE),
        (so_far(frozenset({Proof.SLIP}), knows_device=False), Step.DONE),
    ],
)
def test_the_next_step_follows_from_what_was_proved(known: SoFar, expected: Step) -> None:
    assert next_step(known) is expected


def test_nobody_who_has_a_second_factor_gets_in_without_it() -> None:
    others = frozenset(Proof) - {Proof.FACTOR, Proof.PROVIDER_FACTOR}
    for needs, mail in product((False, True), repeat=2):
        for proofs in (others, *(frozenset({proof}) for proof in others)):
            assert next_step(SoFar(proofs, True, needs, mail)) is Step.FACTOR


def test_nobody_whose_role_demands_a_factor_gets_in_before_it_is_set_up() -> None:
    for proof, mail in product(frozenset(Proof) - {Proof.PROVIDER_FACTOR}, (False, True)):
        assert next_step(SoFar(frozenset({proof}), False, True, mail)) is not Step.DONE


def test_a_password_alone_sets_up_no_factor_on_a_device_that_is_new() -> None:
    assert next_step(SoFar(PASSWORD, False, True, True)) is Step.NEW_DEVICE_CODE
    reached = (Proof.MAILED_LINK, Proof.MAILED_CODE, Proof.SLIP, Proof.DEVICE, Proof.PROVIDER)
    for proof in reached:
        assert next_step(SoFar(PASSWORD | {proof}, False, True, True)) is Step.ENROL


def test_two_factors_of_a_provider_stand_for_ones_own() -> None:
    shown = frozenset({Proof.PROVIDER, Proof.PROVIDER_FACTOR})
    for has, needs in product((False, True), repeat=2):
        assert next_step(SoFar(shown, has, needs, True)) is Step.DONE
    assert next_step(SoFar(frozenset({Proof.PROVIDER}), True, True, True)) is Step.FACTOR
    assert next_step(SoFar(frozenset({Proof.PROVIDER}), False, False, True)) is Step.DONE
