"""The settings are complete, or refused with all that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlms.settings import SettingsRefused, read_settings


def test_without_any_variable_the_embedded_database_is_used() -> None:
    settings = read_settings({})
    assert settings.database_url == f"sqlite:///{Path('instance').absolute() / 'vlms.sqlite3'}"
    assert settings.base_url == "http://localhost:8000"


def test_the_port_is_in_the_address() -> None:
    assert read_settings({"PORT": "8123"}).base_url == "http://localhost:8123"


def test_everything_that_is_wrong_is_named_at_once() -> None:
    wrong = {
        "VLMS_DATABASE_URL": "mysql://x",
        "VLMS_SMTP_PORT": "２５",
        "VLMS_DEMO": "perhaps",
        "VLMS_SMTP_USER": "u",
        "VLMS_BASE_URL": "ftp://x",
    }
    with pytest.raises(SettingsRefused) as refused:
        read_settings(wrong)
    for name in ("DATABASE_URL", "SMTP_PORT", "DEMO", "SMTP_PASSWORD", "BASE_URL"):
        assert name in str(refused.value)


@pytest.mark.parametrize(
    "served", [{"VLMS_SECURE_COOKIES": "1"}, {"VLMS_BASE_URL": "https://vlms.example"}]
)
def test_a_demo_which_asks_for_no_second_factor_is_not_served_to_the_world(
    served: dict[str, str],
) -> None:
    assert not read_settings(served).demo
    with pytest.raises(SettingsRefused, match="VLMS_DEMO=1"):
        read_settings({**served, "VLMS_DEMO": "1"})
