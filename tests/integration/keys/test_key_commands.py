"""`vlms keys`, with a key file of its own: rotations of every kind, also cut short."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_sealed import make_sealed, opened
from vlms.app import equip_app
from vlms.codes.keys_cli import keys
from vlms.core.clock import system_clock
from vlms.core.errors import BadInput, Conflict
from vlms.core.installation import DROPPED, InstallationFact, known_fingerprint
from vlms.core.keys import KeysRefused, change_keys, fingerprint, format_keys, load_keys, write_keys
from vlms.core.masters import current_ring
from vlms.core.work import key_ring
from vlms.keys.models import SealingKey
from vlms.keys.queries import uses_of_master
from vlms.keys.service.key_file import with_new_master


@pytest.fixture
def key_file(app: Flask, elsewhere: Path) -> Iterator[Path]:
    """The application with a copy of its key file that may be changed."""
    settings = app.config["SETTINGS"]
    own = replace(settings, key_file=elsewhere / "keys.json")
    write_keys(own.key_file, load_keys(settings.key_file))
    app.config["SETTINGS"] = own
    equip_app(app, own)
    yield own.key_file
    app.config["SETTINGS"] = settings
    with making(system_clock()) as work:
        # The database of the other tests knows the file of the other tests.
        fact = work.session.get_one(InstallationFact, "key_fingerprint")
        fact.value = fingerprint(load_keys(settings.key_file))
        dropped = InstallationFact.name.startswith(DROPPED, autoescape=True)
        for gone in work.session.scalars(select(InstallationFact).where(dropped)):
            work.session.delete(gone)


def run(app: Flask, *words: str) -> Result:
    result = CliRunner().invoke(keys, words, obj=lambda: app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def test_a_new_master_key_wraps_all_and_programs_that_run_go_on(
    app: Flask, clock: StillClock, key_file: Path
) -> None:
    contoso = make_sealed(clock(), "contoso", 2)
    old = key_ring()
    run(app, "rotate-master", "--reason", "yearly")
    new = load_keys(key_file)
    assert (new.master_id != old.master_id, new.former) == (True, {old.master_id: old.master})
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert known_fingerprint() == fingerprint(new)
    with making(clock()) as work:
        # Work still has the ring that it began with.
        assert work.keys == old
        assert uses_of_master(work.session, old.master_id) == []
    assert opened(clock(), contoso) == contoso
    fabrikam = make_sealed(clock(), "fabrikam", 1)
    with making(clock()) as work:
        found = work.session.scalars(select(SealingKey.master_id))
        assert set(found) == {new.master_id}
    equip_app(app, app.config["SETTINGS"])
    assert opened(clock(), contoso | fabrikam) == contoso | fabrikam


def test_killed_after_the_file_was_written_the_next_start_goes_on(
    app: Flask, clock: StillClock, key_file: Path
) -> None:
    contoso = make_sealed(clock(), "contoso", 2)
    old = key_ring()
    change_keys(key_file, with_new_master)
    equip_app(app, app.config["SETTINGS"])
    assert key_ring().master_id != old.master_id
    assert opened(clock(), contoso) == contoso
    assert known_fingerprint() == fingerprint(old)
    run(app, "reseal")
    assert known_fingerprint() == fingerprint(key_ring())
    with making(clock()) as work:
        assert uses_of_master(work.session, old.master_id) == []


def test_a_file_that_cannot_be_written_stays_as_it_was(key_file: Path) -> None:
    before = key_file.read_text()

    def fail(_ring: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_keys(key_file, fail)  # type: ignore[arg-type]
    assert key_file.read_text() == before
    assert [path.name for path in key_file.parent.iterdir()] == ["keys.json"]


def test_a_foreign_file_is_not_taken_for_a_later_one(
    app: Flask, clock: StillClock, key_file: Path, tmp_path: Path
) -> None:
    ring = key_ring()
    key_file.write_text(format_keys(with_new_master(replace(ring, master=b"x" * 32))))
    assert current_ring(ring) == ring
    key_file.write_text("no keys")
    assert current_ring(ring) == ring
    key_file.unlink()
    assert current_ring(ring) == ring
    with pytest.raises(KeysRefused):
        change_keys(key_file, with_new_master)


def test_new_keys_of_cookies_and_links(app: Flask, key_file: Path) -> None:
    old = load_keys(key_file)
    run(app, "rotate-session", "--reason", "a laptop was stolen")
    cookies = load_keys(key_file)
    assert cookies == replace(old, session=cookies.session)
    assert cookies.session != old.session
    run(app, "rotate-session", "--links", "--reason", "a laptop was stolen")
    assert load_keys(key_file).link != old.link


def test_keys_from_the_environment_are_changed_by_no_command(app: Flask, key_file: Path) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, keys=key_file.read_text())
    with pytest.raises(Conflict):
        run(app, "rotate-master", "--reason", "yearly")


def test_an_organisations_key_is_rotated_and_all_is_listed(
    app: Flask, clock: StillClock, key_file: Path
) -> None:
    contoso = make_sealed(clock(), "contoso", 3)
    make_sealed(clock(), "fabrikam", 2, released=True)
    run(app, "rotate", "--organisation", "contoso", "--reason", "yearly")
    rows = json.loads(run(app, "list", "--json").stdout)
    ours = [row["left"] for row in rows if row["owner"] == "contoso"]
    assert ours == [None, 3]
    assert "to be sealed anew: 2" in run(app, "list").stdout
    assert "5 sealed anew." in run(app, "reseal").stdout
    assert opened(clock(), contoso) == contoso
    run(app, "rotate", "--stock", "--reason", "yearly")
    assert "(stock)" in run(app, "list").stdout


@pytest.mark.parametrize("words", [(), ("--stock", "--organisation", "contoso")])
def test_a_rotation_names_one_owner(app: Flask, key_file: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        run(app, "rotate", "--reason", "yearly", *words)


def test_shredding_asks_for_the_name_again(app: Flask, clock: StillClock, key_file: Path) -> None:
    make_sealed(clock(), "contoso", 1)
    with pytest.raises(BadInput):
        run(app, "shred", "--organisation", "contoso", "--confirm", "x", "--reason", "left us")
