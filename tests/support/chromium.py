"""Debian's Chromium under Playwright: where it is, how it is started, why it is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from playwright.sync_api import Browser, sync_playwright

PATH_VARIABLE = "VLMS_TEST_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing goes out but to the pages under test: no updates, no sync, no other network stack.
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class LaunchOptions(TypedDict):
    """The arguments of Playwright's `chromium.launch`."""

    executable_path: str
    headless: bool
    args: list[str]


def find_chromium() -> str | None:
    """The program named by VLMS_TEST_CHROMIUM, else the first Chromium on the path."""
    named = os.environ.get(PATH_VARIABLE)
    if named:
        return named
    return next((path for path in map(shutil.which, _NAMES) if path), None)


def missing_reason() -> str | None:
    """Why there is no browser, for a skip; None when there is one."""
    if find_chromium():
        return None
    return (
        "no Chromium: `apt-get install chromium` as root, or name the program in"
        f" {PATH_VARIABLE}; `make test` installs it where it may"
    )


def launch_options() -> LaunchOptions:
    """For `playwright.chromium.launch(**launch_options())`. Raises LookupError without one."""
    path = find_chromium()
    if path is None:
        raise LookupError(missing_reason())
    # As root Chromium starts only without its sandbox; it sees no page but ours.
    sandbox = ["--no-sandbox"] if os.getuid() == 0 else []
    return {"executable_path": path, "headless": True, "args": [*sandbox, *_FLAGS]}


@contextmanager
def open_browser() -> Iterator[Browser]:
    """One browser for many tests; each test takes a context of its own from it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        try:
            yield browser
        finally:
            browser.close()
