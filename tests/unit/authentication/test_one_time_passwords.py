"""One-time passwords: the vectors of RFC 6238, the tolerance, each step once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.authentication.rules.one_time_passwords import (
    STEP_SECONDS,
    address_for_apps,
    find_step,
    in_groups,
    step_at,
    written,
)

SECRET = b"12345678901234567890"
NOW = datetime(2026, 3, 2, 9, 0, 7, tzinfo=UTC)


def typed(step: int) -> str:
    return pyotp.HOTP(written(SECRET)).at(step)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")],
)
def test_the_vectors_of_the_standard_hold(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert find_step(SECRET, code, now, 0) == seconds // STEP_SECONDS


@pytest.mark.parametrize(
    ("off", "found"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_one_step_to_either_side_is_taken(off: int, found: bool) -> None:
    step = step_at(NOW) + off
    assert find_step(SECRET, typed(step), NOW, 0) == (step if found else None)


@pytest.mark.parametrize(("spent", "found"), [(-1, True), (0, False), (1, False)])
def test_no_step_up_to_the_last_one_used_counts_again(spent: int, found: bool) -> None:
    step = step_at(NOW)
    assert (find_step(SECRET, typed(step), NOW, step + spent) is not None) == found


def test_spaces_and_full_width_digits_are_read() -> None:
    code = typed(step_at(NOW))
    wide = code.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    assert find_step(SECRET, f" {code[:3]} {code[3:]} ", NOW, 0) == step_at(NOW)
    assert find_step(SECRET, wide, NOW, 0) == step_at(NOW)


@given(st.text())
def test_whatever_is_typed_is_answered(text: str) -> None:
    right = {typed(step_at(NOW) + off) for off in (-1, 0, 1)}
    if "".join(text.split()) not in right:
        assert find_step(SECRET, text, NOW, 0) in (None, *range(step_at(NOW) - 1, step_at(NOW) + 2))


@pytest.mark.parametrize("code", ["", "12345", "0", "1234567", "abcdef", "二八七〇八二"])
def test_what_is_no_password_is_none(code: str) -> None:
    assert find_step(SECRET, code, NOW, 0) is None


def test_seven_digits_that_begin_right_are_wrong() -> None:
    assert find_step(SECRET, typed(step_at(NOW)) + "0", NOW, 0) is None


def test_the_next_step_begins_after_thirty_seconds() -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert step_at(start + timedelta(seconds=29)) == step_at(start)
    assert step_at(start + timedelta(seconds=30)) == step_at(start) + 1


def test_apps_are_told_issuer_account_and_secret() -> None:
    address = address_for_apps(SECRET, "ann@contoso.example", "VLMS")
    assert address.startswith("otpauth://totp/VLMS:ann%40contoso.example?")
    assert f"secret={written(SECRET)}" in address
    assert "issuer=VLMS" in address
    assert in_groups(SECRET).replace(" ", "") == written(SECRET)
