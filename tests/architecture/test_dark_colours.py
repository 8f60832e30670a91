"""The dark sheet for readers whose system is dark says what Tabler and colours.css say."""

from __future__ import annotations

from tools.dark import WRITTEN, dark_rules, dark_sheet


def test_the_written_sheet_is_that_of_today() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == dark_sheet(), "run python -m tools.dark"


def test_dark_rules_are_taken_out_of_a_sheet_and_others_left() -> None:
    sheet = (
        '/* { */ .a[data-bs-theme=dark], .b { color: red; background: url("x{;}y") }'
        '[data-bs-theme="dark"] .c{color:#fff}'
        ":root:not([data-bs-theme=dark]) .d{color:blue}"
        "[data-bs-theme=dark] [data-bs-theme=light] .e{color:blue}"
        '@charset "x";@media print{[data-bs-theme=dark] .f{color:blue}}.g{color:blue}'
    )
    assert list(dark_rules(sheet)) == [
        '.a[data-colours=system]{color: red; background: url("x{;}y")}',
        "[data-colours=system] .c{color:#fff}",
    ]
