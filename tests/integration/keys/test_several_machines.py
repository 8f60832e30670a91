"""Several machines change the master key in steps: at each, both open what either sealed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from tests.integration.keys.test_key_commands import key_file, run
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_certificates import make_certificates, make_course
from tests.support.making_imagine import make_academic_shop, make_placed_person, make_school
from tests.support.making_sealed import Texts, make_sealed, opened
from vlms.accounts.models import PlaceRole
from vlms.app import equip_app
from vlms.codes.custody import SealingCustody
from vlms.codes.errors import CustodyRefused
from vlms.codes.models import Code
from vlms.core.clock import system_clock
from vlms.core.errors import BadInput
from vlms.core.installation import WrongKeys, known_fingerprint
from vlms.core.keys import KeyRing, change_keys, fingerprint, load_keys
from vlms.core.masters import use_key_source
from vlms.core.sealing import MasterKeyLacking, seal, unseal
from vlms.core.work import key_ring
from vlms.keys.errors import KeyActRefused
from vlms.keys.queries import GRACE, uses_of_master
from vlms.keys.service.key_file import drop_master
from vlms.keys.service.master_keys import with_master_in_use
from vlms.web.errors import status_of

__all__ = ["key_file"]
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WHY = ("--reason", "yearly")
On = Callable[[str], None]


@pytest.fixture
def on(app: Flask, key_file: Path, tmp_path: Path) -> On:
    """Go to one of two machines, which share the database and have a key file each."""
    settings = app.config["SETTINGS"]
    files = {"first": key_file, "second": tmp_path / "second" / "keys.json"}
    files["second"].parent.mkdir()
    shutil.copy2(key_file, files["second"])

    def go(name: str) -> None:
        app.config["SETTINGS"] = replace(settings, key_file=files[name])
        equip_app(app, app.config["SETTINGS"])

    return go


def copy_file(app: Flask, on: On) -> None:
    """From the first to the second."""
    on("first")
    source = app.config["SETTINGS"].key_file
    on("second")
    shutil.copy2(source, app.config["SETTINGS"].key_file)
    on("second")


def test_at_each_step_both_machines_open_what_either_sealed(
    app: Flask, clock: StillClock, on: On
) -> None:
    texts: Texts = {}

    def both_work(step: str) -> None:
        for name in ("first", "second"):
            on(name)
            texts.update(make_sealed(clock(), f"{step}-{name}", 1))
        for name in ("first", "second"):
            on(name)
            assert opened(clock(), texts) == texts, (step, name)

    old = key_ring().master_id
    both_work("before")
    on("first")
    run(app, "add-master", *WHY)
    coming = ring_of(app).coming
    assert ring_of(app).master_id == old, "it seals nothing yet"
    copy_file(app, on)
    both_work("known")
    for name in ("first", "second"):
        on(name)
        assert f"to come: {coming}" in run(app, "list").stdout
        run(app, "use-master", coming, *WHY)
        run(app, "use-master", coming, *WHY)
        assert ring_of(app).master_id == coming
        both_work(f"used-{name}")
    on("first")
    drop(app, old, system_clock() + GRACE)
    copy_file(app, on)
    both_work("dropped")
    assert old not in ring_of(app).former


def ring_of(app: Flask) -> KeyRing:
    return load_keys(app.config["SETTINGS"].key_file)


def drop(app: Flask, master_id: str, now: datetime) -> None:
    drop_master(app.config["SETTINGS"].key_file, partial(making, now), master_id, "yearly")


def test_a_machine_that_lacks_the_key_says_so(app: Flask, clock: StillClock, on: On) -> None:
    """The control: the new key is used before the other machine knows it."""
    on("second")
    theirs = app.config["SETTINGS"].key_file
    on("first")
    run(app, "rotate-master", *WHY)
    (code_id,) = make_sealed(clock(), "contoso", 1)
    sealed = seal(key_ring(), b"a paper", "place")
    use_key_source(lambda: load_keys(theirs))
    with making(clock()) as work, pytest.raises(CustodyRefused, match="check the key file"):
        code = work.session.get_one(Code, code_id)
        custody = SealingCustody(work.session, load_keys(theirs), work.now)
        custody.open(code.id, code.organisation_id, code.sealed_text or b"")
    with pytest.raises(MasterKeyLacking, match="lacks the master key") as refusal:
        unseal(load_keys(theirs), sealed, "place")
    assert status_of(refusal.value) == 503
    with pytest.raises(WrongKeys, match="do not belong"):
        on("second")
    on("first")
    shutil.copy2(app.config["SETTINGS"].key_file, theirs)
    on("second")
    assert unseal(key_ring(), sealed, "place") == b"a paper"


def test_a_machine_that_still_waits_takes_nothing_back(
    app: Flask, clock: StillClock, on: On
) -> None:
    """Its worker wraps by its own key, which all know; the database goes on with the new one."""
    texts = make_sealed(clock(), "contoso", 1)
    on("first")
    run(app, "add-master", *WHY)
    copy_file(app, on)
    on("first")
    run(app, "use-master", ring_of(app).coming, *WHY)
    ahead = known_fingerprint()
    assert ahead == fingerprint(ring_of(app))
    on("second")
    run(app, "reseal")
    assert known_fingerprint() == ahead
    on("first")
    assert opened(clock(), texts) == texts


def test_only_the_key_that_was_added_is_used_and_one_waits_at_a_time(app: Flask, on: On) -> None:
    on("first")
    run(app, "add-master", *WHY)
    for words in (("add-master",), ("use-master", "00000000")):
        with pytest.raises(KeyActRefused):
            run(app, *words, *WHY)
    coming = ring_of(app).coming
    with pytest.raises(BadInput):
        run(app, "drop-master", coming, "--confirm", "00000000", *WHY)
    run(app, "drop-master", coming, "--confirm", coming, *WHY)
    assert (ring_of(app).coming, ring_of(app).former) == ("", {})
    with pytest.raises(KeyActRefused, match=f"{coming} was dropped on "):
        run(app, "drop-master", coming, "--confirm", coming, *WHY)
    with pytest.raises(KeyActRefused, match="knows no master key 00000000"):
        run(app, "drop-master", "00000000", "--confirm", "00000000", *WHY)


def test_a_master_key_is_not_dropped_while_it_is_needed(
    app: Flask, clock: StillClock, on: On
) -> None:
    on("first")
    old = ring_of(app).master_id
    with pytest.raises(KeyActRefused, match="is in use"):
        drop(app, old, system_clock() + GRACE)
    make_sealed(clock(), "contoso", 1)
    run(app, "add-master", *WHY)
    change_keys(app.config["SETTINGS"].key_file, lambda ring: with_master_in_use(ring, ring.coming))
    with pytest.raises(KeyActRefused, match=r"data_key\.wrapped"):
        drop(app, old, system_clock() + GRACE)
    run(app, "reseal")
    run(app, "use-master", ring_of(app).master_id, *WHY)
    with pytest.raises(KeyActRefused, match="less than a day ago"):
        drop(app, old, system_clock())
    drop(app, old, system_clock() + GRACE)


def certify(clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work)
        school = make_school(work, shop, "Science")
        person = make_placed_person(work, shop, school, "Sam", PlaceRole.STUDENT)
        make_certificates(work, shop, make_course(work, shop), school, person)


def test_a_badge_may_need_each_key_that_was_in_use(app: Flask, clock: StillClock, on: On) -> None:
    on("first")
    old = ring_of(app).master_id
    run(app, "rotate-master", *WHY)
    with making(clock()) as work:
        assert uses_of_master(work.session, old) == []
    certify(clock)
    with making(clock()) as work:
        assert uses_of_master(work.session, old) == ["course_certificate (badges)"]
        assert uses_of_master(work.session, old, has_signed=False) == []
    with pytest.raises(KeyActRefused, match="badges"):
        drop(app, old, system_clock() + GRACE)
