"""Each organisation's codes have a data key of their own, which opens nobody else's (C8)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_sealed import (
    Texts,
    keys_of,
    make_sealed,
    make_stocked,
    opened,
    owner_of,
    sealing_keys,
)
from vlms.app import equip_app
from vlms.codes.custody import custody_of
from vlms.codes.errors import CustodyRefused
from vlms.codes.models import Code
from vlms.core.installation import WrongKeys
from vlms.core.keys import make_key_ring, write_keys
from vlms.core.scope import Organisation
from vlms.core.work import Actor, working
from vlms.keys.models import SealingKey


def test_each_organisation_and_the_stock_have_keys_of_their_own(
    app: Flask, clock: StillClock
) -> None:
    contoso, fabrikam = (make_sealed(clock(), slug, 3) for slug in ("contoso", "fabrikam"))
    stock = make_stocked(clock(), ["STOCK-0001", "STOCK-0002"])
    for some in (contoso, fabrikam, stock):
        assert opened(clock(), some) == some
    with making(clock()) as work:
        used = [sealing_keys(work, some) for some in (contoso, fabrikam, stock)]
        assert all(len(keys) == 1 and None not in keys for keys in used)
        assert len(set.union(*used)) == 3
        assert len(work.session.scalars(select(SealingKey)).all()) == 3


def test_a_text_moved_to_another_organisations_row_does_not_open(
    app: Flask, clock: StillClock
) -> None:
    contoso, fabrikam = (make_sealed(clock(), slug, 1) for slug in ("contoso", "fabrikam"))
    with making(clock()) as work:
        ours, theirs = _first(work.session, contoso), _first(work.session, fabrikam)
        ours.sealed_text = theirs.sealed_text
    with pytest.raises(CustodyRefused):
        opened(clock(), contoso)
    with making(clock()) as work, pytest.raises(CustodyRefused):
        # The key's own organisation is asked for too: as its owner it does not open either.
        row = _first(work.session, contoso)
        custody_of(work).open(row.id, owner_of(work, fabrikam), row.sealed_text or b"")


def test_a_wrapped_key_put_in_the_place_of_anothers_opens_nothing_and_seals_nothing(
    app: Flask, clock: StillClock
) -> None:
    contoso, fabrikam = (make_sealed(clock(), slug, 1) for slug in ("contoso", "fabrikam"))
    with making(clock()) as work:
        (ours,), (theirs,) = (keys_of(work, owner_of(work, x)) for x in (contoso, fabrikam))
        ours.wrapped = theirs.wrapped
    with pytest.raises(CustodyRefused):
        opened(clock(), contoso)
    assert opened(clock(), fabrikam) == fabrikam
    with making(clock()) as work, pytest.raises(CustodyRefused):
        row = _first(work.session, contoso)
        custody_of(work).seal(row.id, row.organisation_id, "NEW-CODE")


def test_a_key_given_to_another_owner_opens_nothing(app: Flask, clock: StillClock) -> None:
    contoso, fabrikam = (make_sealed(clock(), slug, 1) for slug in ("contoso", "fabrikam"))
    with making(clock()) as work:
        owner_id = owner_of(work, contoso)
        for key in keys_of(work, owner_of(work, fabrikam)):
            key.organisation_id = owner_id
    with pytest.raises(CustodyRefused):
        opened(clock(), fabrikam)


def test_what_the_first_release_sealed_still_opens(app: Flask, clock: StillClock) -> None:
    contoso = make_sealed(clock(), "contoso", 2, released=True)
    stock = make_stocked(clock(), ["STOCK-0001"], released=True)
    with making(clock()) as work:
        assert sealing_keys(work, contoso | stock) == {None}
    assert opened(clock(), contoso | stock) == contoso | stock


def test_an_organisations_own_session_seals_and_opens(app: Flask, clock: StillClock) -> None:
    contoso = make_sealed(clock(), "contoso", 1)
    with making(clock()) as work:
        owner_id = owner_of(work, contoso)
        for key in keys_of(work, owner_id):
            key.retired_at = work.now
    with working(Actor("admin", organisation_id=owner_id), Organisation(owner_id), clock()) as work:
        row, custody = _first(work.session, contoso), custody_of(work)
        row.sealed_text = custody.seal(
            row.id, owner_id, custody.open(row.id, owner_id, row.sealed_text or b"")
        )
    assert opened(clock(), contoso) == contoso


def test_a_key_made_within_what_is_taken_back_is_not_used_again(
    app: Flask, clock: StillClock
) -> None:
    contoso = make_sealed(clock(), "contoso", 1, released=True)
    with making(clock()) as work:
        row, custody = _first(work.session, contoso), custody_of(work)
        with pytest.raises(ZeroDivisionError), work.session.begin_nested():
            custody.seal(row.id, row.organisation_id, "LOST")
            raise ZeroDivisionError
        row.sealed_text = custody.seal(row.id, row.organisation_id, contoso[row.id])
    assert opened(clock(), contoso) == contoso


def test_with_another_master_key_nothing_starts_and_nothing_is_sealed(
    app: Flask, clock: StillClock, elsewhere: Path
) -> None:
    contoso = make_sealed(clock(), "contoso", 1)
    write_keys(elsewhere / "keys.json", make_key_ring())
    settings = replace(app.config["SETTINGS"], key_file=elsewhere / "keys.json")
    with pytest.raises(WrongKeys):
        equip_app(app, settings)
    other = make_key_ring()
    with making(clock()) as work:
        work.keys = replace(other, index=work.keys.index)
        row = _first(work.session, contoso)
        with pytest.raises(CustodyRefused):
            custody_of(work).open(row.id, row.organisation_id, row.sealed_text or b"")
    with making(clock()) as work:
        work.keys = replace(other, index=work.keys.index)
        with pytest.raises(CustodyRefused):
            custody_of(work).seal(row.id, row.organisation_id, "NEW-CODE")


def _first(session: Session, ids: Texts) -> Code:
    return session.get_one(Code, next(iter(ids)))
