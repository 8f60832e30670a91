"""Reports of mail that came back are read; what is none, or is made to break us, says nothing."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bounces import report_of
from vlms.notices.rules.delivery_report import LONGEST_NOTE, Bounce, read_report, short_note

ID = UUID("01a1feef-2904-7da0-8290-e05eb4ef4194")
OURS = f"<{ID}@operator.example>"


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_the_mail_and_the_reason(original: str) -> None:
    found = read_report(report_of(OURS, original=original))
    assert found == Bounce(ID, "5.1.1 smtp; 550 5.1.1 no such user")


@pytest.mark.parametrize(
    ("action", "status"),
    [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("failed", "4.2.2"), ("relayed", "5.0.0")],
)
def test_only_what_failed_for_good_counts(action: str, status: str) -> None:
    assert read_report(report_of(OURS, action=action, status=status)) is None


def test_small_and_capital_letters_are_alike() -> None:
    assert read_report(report_of(OURS, action="FAILED")) is not None


@pytest.mark.parametrize(
    "message_id", ["<someone@else.example>", "", OURS.replace("<", ""), f"<{ID}", "<" * 500]
)
def test_a_mail_of_others_says_nothing(message_id: str) -> None:
    assert read_report(report_of(message_id)) is None


def test_what_deeper_parts_say_is_the_given_back_mails() -> None:
    """Who writes to us cannot make a report of a mail that merely holds one."""
    inner = report_of(OURS).decode()
    outer = f'Content-Type: multipart/mixed; boundary="o"\r\n\r\n--o\r\n{inner}\r\n--o--\r\n'
    assert read_report(outer.encode()) is None


def test_a_foreign_servers_words_are_cut_and_cleaned() -> None:
    found = read_report(report_of(OURS, diagnostic="smtp; \x1b[31m" + "\u202e" + "x" * 5000))
    assert found is not None
    assert len(found.note) <= LONGEST_NOTE
    assert found.note.isprintable()
    assert short_note("a\r\nb\x00") == "a b"


HOSTILE = {
    "nothing": b"",
    "garbage": bytes(range(256)) * 100,
    "no boundary": b"Content-Type: multipart/report\r\n\r\n--x\r\n",
    "deep": b"".join(
        f'Content-Type: multipart/report; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode()
        for n in range(3000)
    ),
    "many headers": b"X: y\r\n" * 50_000 + b"\r\n",
    "long header": b"Content-Type: multipart/report; boundary=" + b"x" * 500_000,
    "many parts": b'Content-Type: multipart/report; boundary="b"\r\n\r\n'
    + b"--b\r\nContent-Type: message/delivery-status\r\n\r\n" * 5000,
    "bad charset": b"Content-Type: multipart/report; boundary*=utf-99'%FF'x\r\n\r\n--x\r\n",
    "bad encoding": report_of(OURS)
    .replace(b"message/delivery-status", b"message/delivery-status\r\nContent-Transfer-Encoding: x")
    .replace(b"Status: 5", b"Status: =?utf-8?q?=FF?="),
    "nul": report_of(OURS.replace("@", "\x00@")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_break_a_reader_says_nothing(name: str) -> None:
    assert read_report(HOSTILE[name]) is None


def test_of_an_endless_report_only_the_beginning_is_read() -> None:
    assert read_report(report_of(OURS) + b"x" * 5_000_000) is not None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 900), st.binary(max_size=30), st.integers(0, 40))
def test_a_report_with_a_piece_changed_never_raises(place: int, piece: bytes, cut: int) -> None:
    report = report_of(OURS)
    found = read_report(report[:place] + piece + report[place + cut :])
    assert found is None or isinstance(found.message_id, type(ID))
