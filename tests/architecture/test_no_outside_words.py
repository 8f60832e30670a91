"""The project stands alone: its files name no machine, no private host, nobody's tools."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.support.sources import ROOT, tracked_files

# Written so that no pattern finds itself.
OUTSIDE = {
    "a path of one machine": r"(?<![\w.}])/(?:home|root|Users|opt|work|tmp)/\w",
    "an address in a private network": (
        r"\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b"
    ),
    "a package index": (
        r"(?<!emit-)(?:extra-)?index[-_]url\s*[=:]|\b(?:artifactory|devpi|nexus)\."
        r"|https?://(?:registry|pypi)\."
    ),
    "an unfinished thought": r"\b(?:TODO|FIXME)\b",
}
_PATTERNS = {what: re.compile(pattern) for what, pattern in OUTSIDE.items()}
# Files of others: their text is theirs.
FOREIGN = ("static/vendor/", "static/icons/", "static/fonts/", "tests/support/vendor/", "LICENSE")
_LOCKS = ("requirements/",)


def outside_words(name: str, text: str) -> Iterator[str]:
    """Where a text points outside the project, one `name:line: what` each."""
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in _PATTERNS.items():
            if pattern.search(line):
                yield f"{name}:{number}: {what}: {line.strip()[:80]}"


def own_texts() -> Iterator[tuple[str, str]]:
    """The tracked text files that are ours; lock files and binary ones are left out."""
    own_test = Path(__file__).relative_to(ROOT).as_posix()
    for name in tracked_files():
        if name == own_test or name.startswith((*FOREIGN, *_LOCKS)):
            continue
        content = (ROOT / name).read_bytes()
        if b"\0" not in content[:1024]:
            yield name, content.decode("utf-8", errors="replace")


def test_no_file_points_outside_the_project() -> None:
    assert [word for name, text in own_texts() for word in outside_words(name, text)] == []


@pytest.mark.parametrize(
    "line",
    [
        "see " + "/" + "home/ann/notes.txt",
        "folder = '/" + "work/place'",
        "cp x " + "/" + "tmp/y",
        "http://" + "10.1.2.3:8080/",
        "--extra-" + "index-url = https://example.com/simple",
        "https://" + "pypi.example.com/simple",
        "# TO" + "DO later",
    ],
)
def test_a_pointer_outside_is_found(line: str) -> None:
    assert list(outside_words("x.py", line))


@pytest.mark.parametrize(
    "line",
    [
        "/o/<organisation>/orders/",
        "static/vendor/tabler.min.css",
        "http://127.0.0.1:8000/healthz",
        "issues exactly quantity × units codes",
        "the sign-in session ends after 12 hours (C3)",
        "F401",
        "docs/rules.md",
    ],
)
def test_what_belongs_to_the_project_passes(line: str) -> None:
    assert not list(outside_words("x.py", line))


LEFT_OVER = (".orig", ".rej", ".bak", ".swp", ".pyc", "~")


def left_over(names: Iterable[str]) -> list[str]:
    """What editors and merges leave beside the files that were meant."""
    return [name for name in names if name.endswith(LEFT_OVER)]


def test_nothing_that_a_tool_left_over_is_kept() -> None:
    assert left_over(tracked_files()) == []


def test_what_a_merge_leaves_over_is_found() -> None:
    assert left_over(["vlms/a.py", "vlms/a.py.orig", "b.rej"]) == ["vlms/a.py.orig", "b.rej"]
