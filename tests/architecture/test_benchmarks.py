"""Benchmarks are run seldom: what they import is looked at each time."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def imported(name: str) -> object:
    return importlib.import_module(f"benchmarks.{name}")


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_finds_what_it_imports(name: str) -> None:
    assert imported(name)


def test_one_that_imports_what_is_gone_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    package = importlib.import_module("benchmarks")
    (tmp_path / "broken.py").write_text("from vlms.core.clock import a_clock_that_is_gone\n")
    monkeypatch.setattr(package, "__path__", [str(tmp_path)])
    with pytest.raises(ImportError, match="a_clock_that_is_gone"):
        imported("broken")
