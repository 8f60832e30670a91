"""Calendar files keep to RFC 5545, whatever stands in their texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.calendar_reader import read_calendar
from vlms.exports.calendar import Entry, write_calendar

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TAIPEI = timezone(timedelta(hours=8))
LINES = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    "DTSTAMP:20260302T090000Z\r\nDTSTART:20260302T090000Z\r\nSUMMARY:Exam\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_a_day_is_a_day_and_a_moment_is_in_utc() -> None:
    day = Entry("a", "Last day", date(2026, 12, 31))
    moment = Entry("b", "Due", datetime(2026, 4, 1, 1, 30, tzinfo=TAIPEI))
    exam = Entry("c", "Exam", datetime(2026, 4, 1, 1, 30, tzinfo=TAIPEI), timedelta(hours=2))
    first, second, third = read_calendar(write_calendar([day, moment, exam], NOW))
    assert (first["DTSTART"].value, first["DTEND"].value) == ("20261231", "20270101")
    assert second["DTSTART"].value == "20260331T173000Z"
    assert "DTEND" not in second
    assert third["DTEND"].value == "20260331T193000Z"


def test_the_same_entry_has_the_same_key_in_a_later_file() -> None:
    entry = Entry("a", "Last day", date(2026, 12, 31))
    keys = {
        read_calendar(write_calendar([entry], at))[0]["UID"].value
        for at in (NOW, NOW + timedelta(days=1))
    }
    assert keys == {"a@vlms"}


def test_the_last_day_of_the_calendar_is_no_error() -> None:
    (event,) = read_calendar(write_calendar([Entry("a", "Never", date.max)], NOW))
    assert event["DTSTART"].value == "99991231"


@settings(max_examples=150)
@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=200))
def test_no_text_breaks_the_file_and_none_is_lost(words: str) -> None:
    entry = Entry("a", words or "x", date(2026, 12, 31), place=words, note=words)
    (event,) = read_calendar(write_calendar([entry], NOW, words))
    kept = "".join(sign for sign in words if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
    if words:
        assert event["SUMMARY"].text == kept
    if kept:
        assert event["LOCATION"].text == event["DESCRIPTION"].text == kept


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("\r\n", "\n"),
        ("SUMMARY:Exam", "SUMMARY:a, b"),
        ("SUMMARY:Exam", "SUMMARY:a\\x"),
        ("SUMMARY:Exam", "SUMMARY:" + "x" * 80),
        ("SUMMARY:Exam\r\n", ""),
        ("DTSTART:20260302T090000Z", "DTSTART:20260302T090000"),
        ("DTSTART:20260302T090000Z", "DTSTART:20260302"),
        ("UID:1", "UID:1\r\nUID:2"),
        ("END:VEVENT", "END:VTODO"),
    ],
)
def test_the_reader_of_these_tests_is_strict(good: str, bad: str) -> None:
    assert len(read_calendar(LINES)) == 1
    with pytest.raises(ValueError, match=r"."):
        read_calendar(LINES.replace(good, bad))
