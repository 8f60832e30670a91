"""Whoever steals all that is written finds no code in it (threat 18)."""

from __future__ import annotations

import base64
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.dumping import mark, needles_of, search, written_by
from tests.support.making import make_person, making
from tests.support.making_codes import text_of
from tests.support.making_sealed import make_sealed, owner_of
from vlms.accounts.models import Organisation
from vlms.catalog.models import CodeSource
from vlms.codes.models import Code
from vlms.codes.queries import CodeFilter
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.disclosing import export_codes
from vlms.codes.service.issuing import issue_on_delivery
from vlms.codes.service.sealed_uploads import keep_sealed
from vlms.codes.service.telling import tell_person
from vlms.keys.service.resealing import reseal
from vlms.keys.service.rotating import rotate
from vlms.orders.events import LineDelivered
from vlms.orders.models import OrderLine

COUNT = 300


def write_much(clock: StillClock, count: int) -> list[str]:
    """Codes issued, mailed, exported, uploaded and sealed anew; their texts."""
    contoso = make_sealed(clock(), "contoso", 1)
    with making(clock()) as work:
        owner_id = owner_of(work, contoso)
        line = work.session.scalars(select(OrderLine)).one()
        line.quantity = line.delivered_quantity = count + 1
        line.product.code_source = CodeSource.VC1
        issue_on_delivery(work, LineDelivered(line.id, count))
    with making(clock()) as work:
        person = make_person(
            work, work.session.get_one(Organisation, owner_id), "Ann", "ann@contoso.example"
        )
        codes = work.session.scalars(select(Code)).all()
        texts = [text_of(work, code) for code in codes]
        export_codes(work, CodeFilter(), "for the test")
        keep_sealed(work, "codes", ("list.csv", [[text] for text in texts]), {})
        for code in codes[:10]:
            code.person_id, code.state = person.id, State.ASSIGNED
            code.reserved_at = code.assigned_at = work.now
            work.flush()
            tell_person(work, code, person)
    with making(clock()) as work:
        rotate(work, owner_id, "test")
    reseal(partial(making, clock()))
    return texts


def test_no_code_stands_in_the_database_its_log_or_the_programs_log(
    app: Flask, clock: StillClock, capfd: pytest.CaptureFixture[str]
) -> None:
    since = mark(app)
    needles = needles_of(write_much(clock, COUNT))
    told = capfd.readouterr()
    written = [*written_by(app, since), ("log", (told.out + told.err).encode())]
    found = {name: search(body, needles) for name, body in written}
    assert sum(len(body) for _name, body in written) > 100_000
    assert {name: some for name, some in found.items() if some} == {}


def test_a_code_that_is_planted_is_found_in_table_and_log(app: Flask, clock: StillClock) -> None:
    since = mark(app)
    (text,) = make_sealed(clock(), "contoso", 1).values()
    with making(clock()) as work:
        work.session.scalars(select(Organisation)).one().name = f"Contoso {text}"
    needles = needles_of([text])
    found = {name for name, body in written_by(app, since) if search(body, needles)}
    assert found
    assert "organisation" in found or any("sqlite3" in name for name in found)


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
