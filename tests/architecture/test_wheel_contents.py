"""What `make wheel` asks of a wheel; the wheel itself is built and used there."""

from __future__ import annotations

from pathlib import Path

from tools.wheel_smoke import expected_names, faults

ROOT = Path(__file__).parents[2]


def test_a_wheel_needs_the_package_and_the_folders_beside_it() -> None:
    names = expected_names(ROOT)
    assert "vlms/core/money.py" in names
    assert "vlms/static/vendor/tabler.min.css" in names
    assert "vlms/static/icons/sprite.svg" in names
    assert not any("__pycache__" in name for name in names)


def test_a_wheel_that_lacks_a_file_or_holds_a_foreign_one_is_found_out() -> None:
    expected = {"vlms/app.py", "vlms/static/icons/sprite.svg"}
    held = {"vlms/app.py", "tests/conftest.py", "vlms-0.1.0.dist-info/METADATA"}
    assert faults(held, expected) == [
        "lacks vlms/static/icons/sprite.svg",
        "should not hold tests/conftest.py",
    ]


def test_a_complete_wheel_has_no_faults() -> None:
    assert faults({"vlms/app.py", "vlms-0.1.0.dist-info/RECORD"}, {"vlms/app.py"}) == []
