"""What must be known of a candidate before the exam starts, and which exam it may be (A2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from vlms.academy.errors import SeatRefused, SittingRefused
from vlms.academy.rules.exam_day import ExamOffer, check_ahead, check_exam
from vlms.academy.rules.identity import Identity, check_identity, check_latin, is_ready

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
    assert is_ready(identity, DAY) == (reason is None)
    if reason is not None:
        with pytest.raises(SeatRefused) as refused:
            check_identity(identity, DAY)
        assert refused.value.reason == reason
        assert refused.value.rule == "A2"


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
