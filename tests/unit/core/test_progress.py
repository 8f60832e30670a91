"""A progress bar shows on a terminal alone, and never among what a command prints."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

from vlms.core.commands import progress, watched


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_on(stderr: io.StringIO) -> tuple[str, str]:
    """What stands on standard output and standard error after a list was watched."""
    with redirect_stdout(io.StringIO()) as stdout, redirect_stderr(stderr):
        assert list(watched("Codes", ["a", "b"])) == ["a", "b"]
        with progress("Checking", 2) as advance:
            advance(2)
    return stdout.getvalue(), stderr.getvalue()


def test_a_terminal_shows_the_bar_on_standard_error() -> None:
    stdout, stderr = shown_on(Terminal())
    assert stdout == ""
    assert "Codes" in stderr
    assert "100%" in stderr


def test_elsewhere_nothing_is_shown() -> None:
    assert shown_on(io.StringIO()) == ("", "")


def test_an_empty_list_is_watched_too() -> None:
    assert list(watched("Codes", [])) == []
