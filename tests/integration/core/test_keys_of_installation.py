"""An application never works with keys that are not its database's."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask_migrate import upgrade

from vlms.app import create_app
from vlms.core.installation import WrongKeys, remember_keys
from vlms.core.keys import load_keys, make_key_ring, write_keys
from vlms.settings import Settings, read_settings


@pytest.fixture
def settings(elsewhere: Path) -> Settings:
    return read_settings({"VLMS_INSTANCE": str(elsewhere)})


def installed(settings: Settings) -> None:
    with create_app(settings).app_context():
        upgrade()
        remember_keys(load_keys(settings.key_file))


def test_a_new_installation_makes_its_own_keys(settings: Settings) -> None:
    installed(settings)
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    create_app(settings)


def test_a_lost_key_file_is_told_and_not_replaced(settings: Settings) -> None:
    installed(settings)
    settings.key_file.unlink()
    with pytest.raises(WrongKeys):
        create_app(settings)
    assert not settings.key_file.exists()


def test_another_databases_keys_are_refused(settings: Settings) -> None:
    installed(settings)
    settings.key_file.unlink()
    write_keys(settings.key_file, make_key_ring())
    with pytest.raises(WrongKeys):
        create_app(settings)
