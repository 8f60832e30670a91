"""What must be known of a candidate before the exam starts, and which exam it may be (A2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from vlms.academy.errors import SeatRefused, SittingRefused
from vlms.academy.rules.exam_day import ExamOffer, check_ahead, check_exam
from vlms.academy.rules.identity import (
    Identity,
    check_identity,
    check_latin,
    check_own_account,
    who_shares,
)

DAY = date(2026, 3, 10)
KNOWN = Identity("WANG Hsiao-Ming", "wang.hm")


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        (KNOWN, None),
        (Identity(None, "wang.hm"), "legal_name_missing"),
        (Identity("", "wang.hm"), "legal_name_missing"),
        (Identity("WANG", None), "provider_account_missing"),
        (Identity("WANG", "w", is_minor=True), "consent_on_missing"),
        (Identity("WANG", "w", True, DAY + timedelta(days=1)), "consent_on_missing"),
        (Identity("WANG", "w", True, DAY), None),
    ],
)
def test_what_is_missing_is_named(identity: Identity, reason: str | None) -> None:
    if reason is None:
        check_identity(identity, DAY)
        return
    with pytest.raises(SeatRefused) as refused:
        check_identity(identity, DAY)
    assert (refused.value.reason, refused.value.rule) == (reason, "A2")


@pytest.mark.parametrize("theirs", ["wang.hm", "Wang.HM", " wang.hm ", "ｗａｎｇ.hm"])
def test_an_account_of_two_names_the_other_to_each(theirs: str) -> None:
    accounts = {1: ("WANG Ming", "wang.hm"), 2: ("LEE Mei", "lee.m"), 3: ("LIN Hui", theirs)}
    assert who_shares(accounts) == {1: "LIN Hui", 3: "WANG Ming"}
    with pytest.raises(SeatRefused) as refused:
        check_own_account("wang.hm", "LIN Hui")
    assert (refused.value.reason, refused.value.rule) == ("provider_account_shared", "A2")
    assert "LIN Hui" in str(refused.value)


@pytest.mark.parametrize(
    ("account", "theirs"), [("wang.hm", "wang.h"), ("wang.hm", None), (None, None), ("", " ")]
)
def test_accounts_that_differ_or_are_missing_are_nobody_elses(
    account: str | None, theirs: str | None
) -> None:
    assert who_shares({1: ("WANG Ming", account), 2: ("LIN Hui", theirs)}) == {}
    check_own_account(account, None)


@pytest.mark.parametrize("name", ["WANG Hsiao-Ming", "O'Brien, Séan", "Lü 2nd"])
def test_latin_names_are_taken(name: str) -> None:
    check_latin(name)


@pytest.mark.parametrize("name", ["王小明", "WANG 小明", "Иванов"])
def test_other_scripts_are_no_legal_name(name: str) -> None:
    with pytest.raises(SeatRefused):
        check_latin(name)


MTA = ExamOffer("98-381", "MTA", date(2022, 6, 30))


@pytest.mark.parametrize(
    ("families", "day", "reason"),
    [
        (("MOS", "MTA"), date(2022, 6, 30), None),
        (("MOS", "MTA"), date(2022, 7, 1), "exam_retired"),
        (("MOS", "MCE"), date(2022, 6, 30), "exam_of_other_family"),
    ],
)
def test_an_exam_is_of_the_pack_and_not_retired(
    families: tuple[str, ...], day: date, reason: str | None
) -> None:
    if reason is None:
        check_exam(MTA, families, families, day)
        return
    with pytest.raises(SittingRefused) as refused:
        check_exam(MTA, families, families, day)
    assert (refused.value.rule, refused.value.reason) == ("A2", reason)


def test_a_sitting_lies_ahead() -> None:
    now = datetime(2026, 3, 10, 9, tzinfo=UTC)
    check_ahead(now + timedelta(minutes=1), now)
    with pytest.raises(SittingRefused):
        check_ahead(now, now)
