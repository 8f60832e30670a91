"""The tables of settings in README.md and docs/operations.md are what the product reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from tests.support.sources import ROOT
from vlms.settings import read_settings

PAPERS = ("README.md", "docs/operations.md")
ROW = re.compile(r"\| `(?P<name>[A-Z_]+)` \| (?P<default>[^|]+) \| (?P<meaning>[^|]+) \|")
# Their defaults depend on the folder or the port.
DERIVED = {
    "VLMS_INSTANCE",
    "VLMS_DATABASE_URL",
    "VLMS_KEY_FILE",
    "VLMS_HEADS_FILE",
    "VLMS_BASE_URL",
}


class Asked(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def documented(text: str) -> dict[str, str]:
    """The defaults by variable, as a table writes them."""
    rows = [ROW.fullmatch(line) for line in text.splitlines()]
    return {row["name"]: row["default"].strip("`") for row in rows if row}


def written(value: object) -> str:
    """A default as the table writes it."""
    if value is None:
        return "–"
    return str(int(value)) if isinstance(value, bool) else str(value)


@pytest.fixture(params=PAPERS)
def table(request: pytest.FixtureRequest) -> dict[str, str]:
    return documented((ROOT / request.param).read_text(encoding="utf-8"))


def test_every_variable_that_is_read_is_in_the_table_and_no_other(table: dict[str, str]) -> None:
    asked = Asked()
    read_settings(asked)
    assert len(asked.names) > 10
    assert set(table) == asked.names


def test_the_defaults_are_those_of_the_product(table: dict[str, str]) -> None:
    settings = read_settings({})
    for name in set(table) - DERIVED:
        field = name.removeprefix("VLMS_").lower()
        assert table[name] == written(getattr(settings, field)), name


def test_a_table_that_lacks_a_variable_or_has_another_default_is_told_apart() -> None:
    assert documented("| `VLMS_A` | `1` | Text. |\n| `VLMS_B` | – |") == {"VLMS_A": "1"}
    assert [written(value) for value in (None, True, 5, "x")] == ["–", "1", "5", "x"]
