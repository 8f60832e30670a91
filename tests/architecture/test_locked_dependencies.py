"""What is installed is locked: every version pinned, every file with its hash, no host named."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("run.txt", "dev.txt")
# The tests use it by themselves; the product has it because holidays needs it.
BROUGHT_ALONG = {"python-dateutil"}
PINNED = re.compile(
    r"^([a-z0-9-]+)==[^\s]+ \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.M
)


def locked(text: str) -> set[str]:
    """The names of the packages that a lock file pins with at least one hash."""
    return {match[1] for match in PINNED.finditer(text)}


def unlocked_lines(text: str) -> list[str]:
    """What remains of a lock file without its pinned packages and comments."""
    rest = PINNED.sub("", text).splitlines()
    return [line for line in rest if line.strip() and not line.lstrip().startswith("#")]


def declared(*keys: str) -> set[str]:
    """The names in setup.cfg under these options, as an index spells them."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = config["options.extras_require"]
    lists = {**extras, "install_requires": config["options"]["install_requires"]}
    lines = [line for key in keys for line in lists[key].splitlines() if line.strip()]
    return {re.split(r"[\[<>=]", line.strip())[0] for line in lines}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_a_hash_and_no_host_is_named(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert unlocked_lines(text) == []
    assert "://" not in text


def test_an_option_a_bare_name_and_a_missing_hash_are_noticed() -> None:
    text = "--index-url here\nflask\nclick==8.1\n"
    assert unlocked_lines(text) == ["--index-url here", "flask", "click==8.1"]


def test_what_setup_declares_is_locked_and_nothing_for_tests_is_in_the_product() -> None:
    run, dev = (
        locked((ROOT / "requirements" / name).read_text(encoding="utf-8")) for name in LOCKS
    )
    product = declared("install_requires") | {"setuptools"}
    assert product - run == set()
    assert (product | declared("test", "check")) - dev == set()
    assert run - dev == set()
    assert run & declared("test", "check") == BROUGHT_ALONG
