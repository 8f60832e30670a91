"""Writes static/app/dark.css: the dark rules of Tabler and of colours.css, for readers whose
system is dark and who chose nothing. The page loads it for a dark screen only, so that
the system's choice is followed without a script.

    .venv/bin/python -m tools.dark

tests/architecture/test_dark_colours.py says when it has to be written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ("static/vendor/tabler.min.css", "static/app/colours.css")
WRITTEN = ROOT / "static" / "app" / "dark.css"
_HEAD = "/* Written by tools/dark.py; change colours.css and run it again. */\n"
_SKIPPED = re.compile(r"/\*.*?\*/", re.DOTALL)
# A rule outside of any @-block: its selectors, and what they set.
_PIECES = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[{};]|[^"\'{};]+')
_DARK = re.compile(r'\[data-bs-theme="?dark"?\]')
_FOLLOWED = "[data-colours=system]"


def dark_rules(sheet: str) -> Iterator[str]:
    """The rules of a style sheet that hold on dark pages, as `selectors{declarations}`."""
    for selectors, declared in _rules(_SKIPPED.sub("", sheet)):
        kept = [one.strip() for one in selectors.split(",") if _is_dark(one)]
        if kept:
            yield f"{_DARK.sub(_FOLLOWED, ','.join(kept))}{{{declared.strip()}}}"


def _is_dark(selector: str) -> bool:
    """Not those of a light island on a dark page, nor of what is hidden on light ones."""
    return bool(_DARK.search(selector)) and "light" not in selector and ":not(" not in selector


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    depth, head, body = 0, "", ""
    for piece in _PIECES.findall(sheet):
        depth += {"{": 1, "}": -1}.get(piece, 0)
        if depth == 0:
            if piece == "}" and not head.lstrip().startswith("@"):
                yield head, body
            head = "" if piece in "};" else head + piece
            body = ""
        elif not (piece == "{" and depth == 1):
            body += piece


def dark_sheet() -> str:
    texts = [(ROOT / source).read_text(encoding="utf-8") for source in SOURCES]
    return _HEAD + "".join(f"{rule}\n" for text in texts for rule in dark_rules(text))


if __name__ == "__main__":
    WRITTEN.write_text(dark_sheet(), encoding="utf-8")
