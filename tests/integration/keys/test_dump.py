"""Whoever steals all that is written finds no code in it (threat 18)."""

from __future__ import annotations

import base64

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.dumping import LOG, MAILS, find_codes, needles_of, search
from tests.support.making import making
from tests.support.making_sealed import make_sealed
from tests.support.writing_codes import write_much
from vlms.accounts.models import Organisation

COUNT = 100


def test_no_code_stands_in_the_database_its_log_the_programs_log_or_a_mail(
    app: Flask, clock: StillClock, capfd: pytest.CaptureFixture[str]
) -> None:
    found = find_codes(lambda: "".join(capfd.readouterr()), lambda: write_much(clock, COUNT))
    assert len(found.texts) == COUNT + 1
    assert sum(found.sizes.values()) > 100_000
    assert found.sizes[MAILS] > 1_000
    assert found.hits == {}


def test_a_code_that_is_planted_is_found_wherever_it_was_written(
    app: Flask, clock: StillClock, capfd: pytest.CaptureFixture[str]
) -> None:
    (text,) = make_sealed(clock(), "contoso", 1).values()

    def plant() -> tuple[list[str], list[bytes]]:
        with making(clock()) as work:
            work.session.scalars(select(Organisation)).one().name = f"Contoso {text}"
        print(text)
        return [text], [f"Your code: {text}".encode()]

    found = find_codes(lambda: "".join(capfd.readouterr()), plant)
    assert {LOG, MAILS} < set(found.hits)
    assert "organisation" in found.hits or any("sqlite3" in name for name in found.hits)


@pytest.mark.parametrize(
    "written",
    [
        "a {}b",
        "{}",
        '"code": "{}"',
        "x{}",
    ],
)
def test_every_form_of_a_code_is_found(written: str) -> None:
    text = "0123456789ABCDEFGHJKMNPQRSWX"
    needles = needles_of([text])
    grouped = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSWX"
    forms = [
        text,
        text.lower(),
        grouped,
        grouped.replace("-", " "),
        base64.b64encode(text.encode()).decode(),
        text.encode().hex(),
        grouped.encode().hex().upper(),
    ]
    for form in forms:
        assert search(written.format(form).encode(), needles)
    assert not search(written.format(text[:-1]).encode(), needles)
